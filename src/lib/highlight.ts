import { remembered } from "./jsx/remembered.ts"
import { raw, type SafeHtml } from "./jsx/safe-html.ts"

type Library = typeof import("highlight.js/lib/common").default

/** Its forty languages are a fifth of a start and some megabytes: they come with the first code that is shown. */
const library = remembered((): Library => require("highlight.js/lib/common"))
const hljs = () => library("common")

/** Longer code is shown plain: colours are not worth the wait. */
const longest = 60_000

/** Code with class names around its parts; plain, escaped text for languages that are not known. */
export function highlight(code: string, language: string): SafeHtml {
  if (code.length > longest || hljs().getLanguage(language) === undefined) return raw(Bun.escapeHTML(code))
  return raw(hljs().highlight(code, { language, ignoreIllegals: true }).value)
}

const byEnding: Record<string, string> = {
  mts: "ts",
  cts: "ts",
  mjs: "js",
  cjs: "js",
  yml: "yaml",
  htm: "html",
  zsh: "bash",
}

/** The language of a file, from its name; `plaintext` when that says nothing. */
export function languageOf(path: string): string {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase()
  const language = byEnding[ending] ?? ending
  const known = hljs().getLanguage(language)
  return known === undefined || known === hljs().getLanguage("plaintext") ? "plaintext" : language
}
