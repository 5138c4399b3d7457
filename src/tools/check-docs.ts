import { picture, pictureIn } from "./picture.ts"
import type { Finding } from "./rule.ts"

/** What the pages for developers claim about the repository: the picture, and that the paths they quote exist. */
export function checkDocs(texts: readonly { path: string; text: string }[], paths: readonly string[]): Finding[] {
  const pages = texts.filter(({ path }) => /^(README|AGENTS)\.md$/.test(path))
  return pages.flatMap(({ path, text }) => [...checkPicture(path, text, paths), ...checkQuotedPaths(path, text, paths)])
}

function checkPicture(path: string, text: string, paths: readonly string[]): Finding[] {
  const shown = pictureIn(text)
  const drawn = picture((feature) => paths.some((one) => one.startsWith(`src/${feature}/`)))
  if (shown === undefined || shown === drawn) return []
  const message =
    "the picture is not the one the feature table gives: run `bun run src/tools/picture.ts`, which prints it there"
  return [{ path, line: 1, rule: "picture", message }]
}

/** A path between backticks that begins in one of our folders; `*` stands for any name. */
function checkQuotedPaths(path: string, text: string, paths: readonly string[]): Finding[] {
  return text.split("\n").flatMap((line, index) =>
    [...line.matchAll(/`((?:src|views|public|templates|sandbox)\/[^`\s]*)`/g)].flatMap(([, quoted = ""]) => {
      const start = quoted.replace(/\*.*$/, "")
      if (paths.some((one) => one === quoted || one.startsWith(start.endsWith("/") ? start : `${start}/`))) return []
      const message = `${quoted} does not exist (style 24): name what is there today`
      return [{ path, line: index + 1, rule: "quoted-path", message }]
    }),
  )
}
