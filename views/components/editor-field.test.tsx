import { expect, test } from "bun:test"
import { editorPhrases } from "./editor-field.tsx"

/** The packages whose words a person can come upon. */
const packages = ["view", "commands", "search", "language"]

test("whatever the editor says itself is said in the language of the page", async () => {
  const sources = await Promise.all(
    packages.map((name) => Bun.file(`node_modules/@codemirror/${name}/dist/index.js`).text()),
  )
  const calls = sources.join("\n").matchAll(/phrase\((?:view, )?(?:\w+(?:\.\w+)? \? )?("[^"]+")(?: : ("[^"]+"))?/g)
  const asked = new Set([...calls].flatMap(([, one, other]) => [one, other].filter((text) => text !== undefined)))
  const known = editorPhrases("zh")
  expect(asked.size).toBeGreaterThan(20)
  expect([...asked].map((text) => JSON.parse(text)).filter((text) => !(text in known))).toEqual([])
  expect(Object.values(known).filter((words) => !/\p{Script=Han}/u.test(words))).toEqual([])
})
