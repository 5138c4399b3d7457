import { expect, test } from "bun:test"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { ToolsFailure } from "./contract.ts"
import { createToolsMemory } from "./tool-memory.ts"

const failedAt = (at: number): ToolsFailure => ({
  at,
  fault: { code: "not-installed", detail: "mise ERROR no" },
  lines: [],
  tier: "team",
})

test("of many configurations that did not work the newest hundred are remembered, so that their file does not grow for ever", async () => {
  await using temp = await tempFolder()
  const memory = createToolsMemory(createDisk(), temp.path, silentLog)
  for (let at = 101; at > 0; at--) await memory.failed(`tools:${at}`, failedAt(at))
  await memory.failed("tools:102", failedAt(102))
  const known = Object.keys((await memory.read()).failed)
  expect(known).toHaveLength(100)
  expect(known).toContain("tools:102")
  expect(known).not.toContain("tools:2")
})

test("a memory that does not parse is forgotten, and what is noted afterwards is kept", async () => {
  await using temp = await tempFolder()
  const memory = createToolsMemory(createDisk(), temp.path, silentLog)
  await writeFile(join(temp.path, "tools.json"), '{"version":1,"used":')
  await memory.used("tools:1", 5)
  expect((await memory.read()).used).toEqual({ "tools:1": 5 })
})
