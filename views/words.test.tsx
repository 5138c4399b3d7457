import { afterEach, expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { Phrase } from "../src/lib/i18n/area.ts"
import { gallery } from "../src/tools/gallery/pages.tsx"
import { newLoop, type Setting } from "../src/tools/gallery/samples.ts"
import { NewLoopDialog } from "./components/new-loop-form.tsx"

const root = join(import.meta.dir, "..")
const setting: Setting = { locale: "en", theme: "light", assets: { script: "/s", style: "/c", icon: "/i" } }

type Words = Record<string, Phrase>
interface Area {
  file: string
  en: Words
}

async function areas(): Promise<Area[]> {
  const folder = join(root, "src/lib/i18n")
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  const found: Area[] = []
  for (const file of files) {
    const module: Record<string, unknown> = await import(join(folder, file))
    for (const value of Object.values(module)) {
      if (typeof value === "function" && "all" in value) found.push({ file, en: (value.all as { en: Words }).en })
    }
  }
  return found
}

let restore = () => {}
afterEach(() => restore())

/** Puts every phrase of the dictionaries into marks, so that a word without marks did not come from there. */
async function speakPseudo(): Promise<void> {
  const originals = (await areas()).map(({ en }) => ({ en, phrases: { ...en } }))
  for (const { en, phrases } of originals) {
    for (const [key, phrase] of Object.entries(phrases)) {
      en[key] = typeof phrase === "string" ? `⟦${phrase}⟧` : (...values: never[]) => `⟦${phrase(...values)}⟧`
    }
  }
  restore = () => {
    for (const { en, phrases } of originals) Object.assign(en, phrases)
    restore = () => {}
  }
}

/** Text and attributes that a person sees or hears, without what stands in marks, and without numbers and times. */
function unmarked(markup: string): string[] {
  const seen: string[] = []
  const visible = markup
    .replace(/<(script|style|time|pre|code|kbd)[\s>][\s\S]*?<\/\1>/g, " ")
    .replace(/<span class="[^"]*number[^"]*">[\s\S]*?<\/span>/g, " ")
  for (const [, attribute] of visible.matchAll(
    / (?:aria-label|title|placeholder|alt|data-sending|data-not-sent|data-new)="([^"]*)"/g,
  ))
    seen.push(attribute ?? "")
  seen.push(...visible.replace(/<[^>]*>/g, "\n").split("\n"))
  return seen
    .map((text) =>
      text
        .replace(/⟦[^⟧]*⟧/g, " ")
        .replace(/&#?\w+;/g, " ")
        .trim(),
    )
    .filter((text) => /\p{L}{2}/u.test(text))
}

test("every word of every page comes from a dictionary, or from what people and programs wrote", async () => {
  const folder = join(root, "src/tools/gallery")
  const samples = await Promise.all((await readdir(folder)).map((file) => Bun.file(join(folder, file)).text()))
  const words = (text: string) => text.match(/[\p{L}\p{N}]{2,}/gu) ?? []
  const written = new Set(words(`${samples.join("\n").replaceAll("\\n", " ")} English 简体中文`))
  await speakPseudo()
  for (const [name, page] of Object.entries({
    ...gallery,
    dialog: (_: Setting) => <NewLoopDialog form={newLoop(setting)} />,
  })) {
    const foreign = unmarked(String(page(setting))).filter((text) => words(text).some((word) => !written.has(word)))
    expect({ name, foreign }).toEqual({ name, foreign: [] })
  }
})

test("the search for words without marks finds one that is planted", async () => {
  await speakPseudo()
  expect(unmarked(`<p>⟦Fine⟧ planted</p><a title="also planted">⟦x⟧</a><time>2 min. ago</time>`)).toEqual([
    "also planted",
    "planted",
  ])
})

test("no dictionary has a phrase that nobody says", async () => {
  const files = (await readdir(root, { recursive: true })).filter(
    (file) => /^(src|views|public)\/.*\.tsx?$/.test(file) && !/\.test\.tsx?$|^src\/lib\/i18n\//.test(file),
  )
  const sources = (await Promise.all(files.map((file) => Bun.file(join(root, file)).text()))).join("\n")
  const said = new Set([...sources.matchAll(/[\w$]+/g)].map(([word]) => word))
  const unsaid = (await areas()).flatMap(({ file, en }) =>
    Object.keys(en)
      .filter((key) => !said.has(key))
      .map((key) => `${file}: ${key}`),
  )
  expect(unsaid).toEqual([])
})
