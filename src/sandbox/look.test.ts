import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { newWorkspaceId } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import type { Command } from "../platform/process/command.ts"
import { testClock, testIds } from "../testing/clock.ts"
import { sampleSettings } from "../testing/sandbox-samples.ts"
import { type Answer, scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { lookAround } from "./look.ts"
import { baseTag } from "./recipe.ts"

const workspace = newWorkspaceId(testIds())
const tag = baseTag(workspace, { kind: "host" }, undefined)
const info = JSON.stringify({
  host: { security: { rootless: false }, slirp4netns: { executable: "/usr/bin/slirp4netns" } },
  version: { Version: "5.0.0" },
})
const images = JSON.stringify([{ Id: "4f2c", Names: [tag], Created: 60 }])

async function looked(answer: (command: Command) => Answer, givenImage?: string) {
  await using temp = await tempFolder()
  const processes = scriptedProcesses((command) => (command.argv[1] === "info" ? { text: info } : answer(command)))
  const health = await lookAround({
    ...{ processes, workspace, disk: createDisk(), clock: testClock(), baseImage: "host" },
    runtimeFolder: join(temp.path, "runtime"),
    socketsFolder: "/run/s",
    settings: { ...sampleSettings, ...(givenImage && { givenImage }) },
    // A processor for which there is no installer, so that the tag is known here.
    host: { uid: 0, gid: 0, arch: "arm64", executable: "/x", guestArguments: [], build: "b" },
  })
  expect(await readdir(temp.path)).toEqual([])
  return { health, asked: processes.calls.map(({ argv }) => argv.slice(1, 3)) }
}

test("looking around finds a base image that is there, and asks podman nothing that changes anything", async () => {
  const { health, asked } = await looked(() => ({ text: images }))
  expect(health.image).toMatchObject({ state: "ready", source: "host", tag, id: "4f2c", madeAt: 60_000 })
  expect(health).toMatchObject({ podman: { state: "ok" }, agent: { state: "waiting" } })
  expect(asked).toEqual([
    ["info", "--format=json"],
    ["images", `--filter=label=loopat.workspace=${workspace}`],
  ])
})

test("looking around neither builds nor pulls an image that is missing", async () => {
  expect((await looked(() => ({ text: "[]" }))).health.image).toEqual({ state: "waiting" })
  const given = await looked(() => ({ code: 125 }), "registry.example/base:1")
  expect(given.health.image).toEqual({ state: "waiting" })
  expect(given.asked.at(-1)).toEqual(["image", "inspect"])
})

test("looking around says what podman said when it cannot list its images", async () => {
  const { health } = await looked(() => ({ code: 125, stderr: "Error: no storage\n" }))
  expect(health.image).toMatchObject({ state: "failed", fault: { detail: "Error: no storage" } })
})
