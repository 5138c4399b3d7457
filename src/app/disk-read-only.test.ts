import { expect, test } from "bun:test"
import { walkAll } from "../testing/holds/fault-walk.ts"

test("wherever the file system turns read-only, pages are read on, and writable again the next try works", async () => {
  expect(await walkAll("EROFS from there on")).toEqual([])
}, 600_000)
