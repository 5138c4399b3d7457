import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { Phrase } from "./area.ts"

type Words = Record<string, Phrase>
interface Area {
  name: string
  all: { en: Words; zh: Words }
}

/** Every dictionary in this folder, as its module exports it. */
async function areas(): Promise<Area[]> {
  const files = (await readdir(import.meta.dirname)).filter(
    (name) => name.endsWith(".ts") && !/\.test\.ts$|^(area|locale)\.ts$/.test(name),
  )
  const modules = await Promise.all(files.map((name) => import(join(import.meta.dirname, name))))
  return modules.flatMap((module, index) =>
    Object.entries<unknown>(module).flatMap(([name, value]) => {
      if (typeof value !== "function" || !("all" in value)) return []
      return [{ name: `${files[index]} ${name}`, all: value.all as Area["all"] }]
    }),
  )
}

test("every sentence exists in both languages and takes the same values", async () => {
  const found = await areas()
  expect(found.length).toBeGreaterThan(3)
  for (const { name, all } of found) {
    expect([name, Object.keys(all.zh).sort()]).toEqual([name, Object.keys(all.en).sort()])
    for (const [key, phrase] of Object.entries(all.en)) {
      const other = all.zh[key]
      expect([name, key, typeof other]).toEqual([name, key, typeof phrase])
    }
  }
})

test("no sentence is empty or carries a space at its ends, and Chinese ones are Chinese", async () => {
  for (const { name, all } of await areas()) {
    for (const [language, words] of Object.entries(all)) {
      for (const [key, phrase] of Object.entries(words)) {
        if (typeof phrase !== "string") continue
        expect([name, language, key, phrase.trim() === phrase && phrase !== ""]).toEqual([name, language, key, true])
        // A language is called by its own name, whoever reads it.
        if (language === "en" && key !== "chinese")
          expect([name, key, /\p{Script=Han}/u.test(phrase)]).toEqual([name, key, false])
      }
    }
    const chinese = Object.values(all.zh).filter(
      (phrase) => typeof phrase === "string" && /\p{Script=Han}/u.test(phrase),
    ).length
    const spoken = Object.values(all.zh).filter((phrase) => typeof phrase === "string").length
    expect([name, chinese >= spoken * 0.7]).toEqual([name, true])
  }
})
