import { type Language, StreamLanguage, type StreamParser } from "@codemirror/language"

/**
 * The language of a text, from its file's name; undefined when that says nothing. Each comes in a file of its own, when
 * the first text in it is opened.
 */
export async function languageOf(name: string): Promise<Language | undefined> {
  const whole = name.toLowerCase()
  const ending = whole.slice(whole.lastIndexOf(".") + 1)
  return (named[whole] ?? (byStem(whole) || byEnding[ending]))?.()
}

type Load = () => Promise<Language>

const old = async (parser: Promise<StreamParser<unknown>>): Promise<Language> => StreamLanguage.define(await parser)

const script =
  (dialect: "js" | "jsx" | "ts" | "tsx"): Load =>
  async () => {
    const all = await import("@codemirror/lang-javascript")
    const { javascriptLanguage, jsxLanguage, typescriptLanguage, tsxLanguage } = all
    return { js: javascriptLanguage, jsx: jsxLanguage, ts: typescriptLanguage, tsx: tsxLanguage }[dialect]
  }
const css: Load = async () => (await import("@codemirror/lang-css")).cssLanguage
const html: Load = async () => (await import("@codemirror/lang-html")).htmlLanguage
const markdown: Load = async () => (await import("@codemirror/lang-markdown")).markdownLanguage
const python: Load = async () => (await import("@codemirror/lang-python")).pythonLanguage
const modes = {
  shell: () => old(import("@codemirror/legacy-modes/mode/shell").then(({ shell }) => shell)),
  ruby: () => old(import("@codemirror/legacy-modes/mode/ruby").then(({ ruby }) => ruby)),
  rust: () => old(import("@codemirror/legacy-modes/mode/rust").then(({ rust }) => rust)),
  go: () => old(import("@codemirror/legacy-modes/mode/go").then(({ go }) => go)),
  json: () => old(import("@codemirror/legacy-modes/mode/javascript").then(({ json }) => json)),
  sql: () => old(import("@codemirror/legacy-modes/mode/sql").then(({ standardSQL }) => standardSQL)),
  toml: () => old(import("@codemirror/legacy-modes/mode/toml").then(({ toml }) => toml)),
  yaml: () => old(import("@codemirror/legacy-modes/mode/yaml").then(({ yaml }) => yaml)),
  xml: () => old(import("@codemirror/legacy-modes/mode/xml").then(({ xml }) => xml)),
  diff: () => old(import("@codemirror/legacy-modes/mode/diff").then(({ diff }) => diff)),
  lua: () => old(import("@codemirror/legacy-modes/mode/lua").then(({ lua }) => lua)),
  perl: () => old(import("@codemirror/legacy-modes/mode/perl").then(({ perl }) => perl)),
  swift: () => old(import("@codemirror/legacy-modes/mode/swift").then(({ swift }) => swift)),
  properties: () => old(import("@codemirror/legacy-modes/mode/properties").then(({ properties }) => properties)),
  dockerfile: () => old(import("@codemirror/legacy-modes/mode/dockerfile").then(({ dockerFile }) => dockerFile)),
} satisfies Record<string, Load>
const like = (name: "c" | "cpp" | "java" | "kotlin" | "scala" | "csharp" | "dart") => () =>
  old(import("@codemirror/legacy-modes/mode/clike").then((all) => all[name]))

const named: Record<string, Load> = {
  dockerfile: modes.dockerfile,
  containerfile: modes.dockerfile,
  gemfile: modes.ruby,
  rakefile: modes.ruby,
  ".bashrc": modes.shell,
  ".profile": modes.shell,
  ".zshrc": modes.shell,
  ".gitconfig": modes.properties,
  ".editorconfig": modes.properties,
  ".npmrc": modes.properties,
}

/** As in `Dockerfile.dev` and `.env.local`. */
function byStem(name: string): Load | undefined {
  if (/^(dockerfile|containerfile)\./.test(name)) return modes.dockerfile
  return /^\.env(\.|$)/.test(name) ? modes.properties : undefined
}

const byEnding: Record<string, Load> = {
  ...{ js: script("js"), mjs: script("js"), cjs: script("js"), jsx: script("jsx") },
  ...{ ts: script("ts"), mts: script("ts"), cts: script("ts"), tsx: script("tsx") },
  ...{ css, html, htm: html, vue: html, svelte: html, md: markdown, markdown, mdx: markdown, py: python, pyi: python },
  ...{ sh: modes.shell, bash: modes.shell, zsh: modes.shell, rb: modes.ruby, rs: modes.rust, go: modes.go },
  ...{ json: modes.json, jsonc: modes.json, jsonl: modes.json, sql: modes.sql, toml: modes.toml },
  ...{ yaml: modes.yaml, yml: modes.yaml, xml: modes.xml, svg: modes.xml, diff: modes.diff, patch: modes.diff },
  ...{ lua: modes.lua, pl: modes.perl, pm: modes.perl, swift: modes.swift, dockerfile: modes.dockerfile },
  ...{ ini: modes.properties, conf: modes.properties, cfg: modes.properties, properties: modes.properties },
  ...{ c: like("c"), h: like("cpp"), cc: like("cpp"), cpp: like("cpp"), hpp: like("cpp"), cxx: like("cpp") },
  ...{ java: like("java"), kt: like("kotlin"), kts: like("kotlin"), scala: like("scala") },
  ...{ cs: like("csharp"), dart: like("dart") },
}
