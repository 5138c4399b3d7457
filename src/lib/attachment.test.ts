import { expect, test } from "bun:test"
import { attachment } from "./attachment.ts"

test("a downloaded file has its own name, and a plain one for those who cannot read it", () => {
  expect(attachment("税率 (1).md")).toBe(
    `attachment; filename="__ (1).md"; filename*=UTF-8''%E7%A8%8E%E7%8E%87%20%281%29.md`,
  )
  expect(attachment('a"b\\c\r\n\udcff')).not.toMatch(/[\r\n]|filename="[^"]*["\\][^;]/)
})
