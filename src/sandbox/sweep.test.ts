import { expect, test } from "bun:test"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import type { Command } from "../platform/process/command.ts"
import { testClock } from "../testing/clock.ts"
import { sampleSettings, sampleWorkspace } from "../testing/sandbox-samples.ts"
import { type Answer, scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { sweepImages } from "./sweep.ts"
import { buildName } from "./tool-build.ts"
import { createToolsMemory } from "./tool-memory.ts"

const day = 24 * 3_600_000

test("an image with tools goes after thirty days without use, never one in use, and no base below one that stays", async () => {
  await using temp = await tempFolder()
  const clock = testClock()
  const made = (clock.now() - 40 * day) / 1_000
  const tools = (name: string, base: string) => ({
    Id: name,
    Names: [`localhost/${name}`],
    Created: made,
    Labels: { "loopat.image": "tools", "loopat.base": base },
  })
  const base = (name: string) => ({ Id: name, Names: [name], Created: made, Labels: { "loopat.image": "base" } })
  const images = [
    ...[tools("old:1", "base:old"), tools("used:1", "base:now"), tools("lately:1", "base:below")],
    ...[tools("making:1", "base:now"), base("base:old"), base("base:now"), base("base:below")],
  ]
  const answer = ({ argv }: Command): Answer => (argv[1] === "images" ? { text: JSON.stringify(images) } : {})
  const processes = scriptedProcesses(answer)
  const memory = createToolsMemory(createDisk(), temp.path, silentLog)
  await memory.used("localhost/old:1", clock.now() - 31 * day)
  await memory.used("localhost/lately:1", clock.now() - 29 * day)
  const making = buildName(sampleWorkspace, "localhost/making:1")
  const container = { name: "c", loop: undefined, driver: "", spec: "", image: "localhost/used:1", running: false }
  await sweepImages({
    ...{ processes, clock, log: silentLog, workspace: sampleWorkspace, settings: sampleSettings },
    containers: { listAll: async () => ({ boxes: [container], builds: ["cut-off", making] }) },
    preparing: {
      health: () => ({
        podman: { state: "unknown" },
        image: { state: "ready", source: "host", tag: "base:now", tries: [], log: [] },
        agent: { state: "waiting" },
      }),
    },
    tools: { memory, forgetImages: memory.forget, making: () => new Set(["localhost/making:1"]) },
  })
  const removed = (verb: string) =>
    processes.calls.filter(({ argv }) => argv[1] === verb).map(({ argv }) => argv.at(-1))
  expect(removed("rmi")).toEqual(["localhost/old:1", "base:old"])
  expect(removed("rm")).toEqual(["cut-off"])
  expect(Object.keys((await memory.read()).used)).toEqual(["localhost/lately:1"])
})
