import { expect, test } from "bun:test"
import { gzipSync } from "node:zlib"
import { buildAssets, minifyStyle } from "./assets.ts"

test("a style sheet loses what says nothing and keeps what matters", () => {
  const check = (css: string, small: string) => expect(minifyStyle(css)).toBe(small)
  check("/* why */\na {\n  color: red;\n}\n", "a{color:red}")
  check(`a::before { content: "a  {b} /* c */"; }`, `a::before{content:"a  {b} /* c */"}`)
  check(".a .b > .c + .d { margin: calc(1px + 2px) auto; }", ".a .b > .c + .d{margin:calc(1px + 2px) auto}")
  check("@media (max-width: 9px) { & :is(p, a) { x: y } }", "@media (max-width:9px){& :is(p,a){x:y}}")
})

test("the scripts hold no eval of ours, no source map and no address of another host", async () => {
  const scripts = (await buildAssets()).filter(({ type }) => type.startsWith("text/javascript"))
  // What draws diagrams names places of documentation; its frame may ask none of them for anything.
  const built = scripts.filter(({ role }) => role !== "diagram-script")
  expect(built).toHaveLength(scripts.length - 1)
  const script = built.map(({ bytes }) => new TextDecoder().decode(bytes)).join("\n")
  expect(script.length).toBeGreaterThan(500_000)
  expect(script).not.toContain("sourceMappingURL")
  expect(script.match(/\beval\(/g)).toBeNull()
  expect(script.match(/https?:\/\/(?!www\.w3\.org)[\w.-]+/g) ?? []).toEqual([])
})

test("what draws diagrams is one script without a module, without the parts that are left out, and holds no eval", async () => {
  const [drawing] = (await buildAssets()).filter(({ role }) => role === "diagram-script")
  const script = new TextDecoder().decode(drawing?.bytes)
  expect(script.length).toBeGreaterThan(1_000_000)
  expect(script).toContain("this part of Mermaid is not here")
  expect(script.match(/\beval\(|\bimport\(|^(import|export)\b|org\.eclipse\.elk\.alg/gm)).toBeNull()
})

test("the same content has the same name, other content another", async () => {
  const names = async () => (await buildAssets()).map(({ name }) => name)
  expect(await names()).toEqual(await names())
  expect(new Set(await names()).size).toBe((await names()).length)
})

test("the editor comes in pieces: languages are files of their own, and their completion stays behind", async () => {
  const built = await buildAssets()
  const zipped = ({ bytes }: { bytes: Uint8Array }) => gzipSync(bytes, { level: 9 }).length
  const editor = built.filter(({ role }) => role === "editor-script")
  const parts = built.filter(({ role }) => role === "editor-part")
  expect(editor).toHaveLength(1)
  const whole = editor.reduce((sum, one) => sum + zipped(one), 0)
  const largest = Math.max(...parts.map(zipped))
  console.log(`editor ${whole >> 10} KiB compressed, ${parts.length} parts of at most ${largest >> 10} KiB`)
  expect(whole).toBeLessThanOrEqual(120 * 1024)
  expect(largest).toBeLessThanOrEqual(40 * 1024)
  expect(parts.length).toBeGreaterThan(15)
  const text = [...editor, ...parts].map(({ bytes }) => new TextDecoder().decode(bytes)).join("\n")
  expect(text.includes("cm-completionLabel")).toBe(false)
  for (const { name } of parts) expect(name).toMatch(/^[\w-]+-part-\w+\.js$/)
})
