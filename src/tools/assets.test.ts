import { expect, test } from "bun:test"
import { buildAssets, minifyStyle } from "./assets.ts"

test("a style sheet loses what says nothing and keeps what matters", () => {
  const check = (css: string, small: string) => expect(minifyStyle(css)).toBe(small)
  check("/* why */\na {\n  color: red;\n}\n", "a{color:red}")
  check(`a::before { content: "a  {b} /* c */"; }`, `a::before{content:"a  {b} /* c */"}`)
  check(".a .b > .c + .d { margin: calc(1px + 2px) auto; }", ".a .b > .c + .d{margin:calc(1px + 2px) auto}")
  check("@media (max-width: 9px) { & :is(p, a) { x: y } }", "@media (max-width:9px){& :is(p,a){x:y}}")
})

test("the script holds no eval of ours, no source map and no address of another host", async () => {
  const script = new TextDecoder().decode((await buildAssets()).find(({ role }) => role === "script")?.bytes)
  expect(script.length).toBeGreaterThan(20_000)
  expect(script).not.toContain("sourceMappingURL")
  expect(script.match(/\beval\(/g)).toBeNull()
  expect(script.match(/https?:\/\/(?!www\.w3\.org)[\w.-]+/g) ?? []).toEqual([])
})

test("the same content has the same name, other content another", async () => {
  const names = async () => (await buildAssets()).map(({ name }) => name)
  expect(await names()).toEqual(await names())
  expect(new Set(await names()).size).toBe(6)
})
