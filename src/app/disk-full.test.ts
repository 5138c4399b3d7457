import { expect, test } from "bun:test"
import { walkAll } from "../testing/holds/fault-walk.ts"

test("wherever the disk becomes full, the refusal is honest, pages are read on, and with room the next try works", async () => {
  expect(await walkAll("ENOSPC from there on")).toEqual([])
}, 600_000)
