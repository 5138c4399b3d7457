import { expect, test } from "bun:test"
import { byteSize } from "./bytes.ts"

test("sizes are said in the largest unit that leaves a number above one", () => {
  const cases: [number, string][] = [
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [262_144, "262.1 kB"],
    [999_999, "1 MB"],
    [5_240_000, "5.2 MB"],
    [52_428_800, "52.4 MB"],
  ]
  for (const [bytes, text] of cases) expect(byteSize(bytes, "en")).toBe(text)
})
