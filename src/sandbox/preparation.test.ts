import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { createBackground } from "../platform/background.ts"
import { systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import type { Command } from "../platform/process/command.ts"
import { testClock } from "../testing/clock.ts"
import { sampleSettings, sampleWorkspace } from "../testing/sandbox-samples.ts"
import { type Answer, scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createPreparing } from "./preparation.ts"

const info = JSON.stringify({
  host: { cgroupControllers: [], security: { rootless: false }, slirp4netns: { executable: "/s" } },
  version: { Version: "5.0.0" },
})

async function preparing(
  answer: (command: Command) => Answer | Promise<Answer>,
  socketsFolder = "/run/s",
  givenImage: string | undefined = "base:1",
) {
  const temp = await tempFolder()
  const processes = scriptedProcesses(answer)
  const config = { baseImage: "host" }
  const one = createPreparing(
    {
      processes,
      disk: createDisk(),
      clock: testClock(),
      ids: systemIds,
      log: silentLog,
      background: createBackground(silentLog),
      workspace: sampleWorkspace,
      runtimeFolder: join(temp.path, "runtime"),
      socketsFolder,
      settings: { ...sampleSettings, ...(givenImage && { givenImage }), rootIdBase: 200_000 },
      baseImage: async () => config.baseImage,
      host: { uid: 0, gid: 0, arch: "x64", executable: "/x", guestArguments: [], claude: "/bin/false", build: "b" },
      plugin: {},
      serveGateway: async () => new Response(),
    },
    new AbortController().signal,
  )
  return { preparing: one, processes, config, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() }
}

const silent = () => undefined
const inspected = JSON.stringify([{ Id: "4f2c", Created: "2026-01-15T11:00:00Z" }])
const works = ({ argv }: Command): Answer => ({ text: argv[1] === "info" ? info : inspected })

describe("getting ready", () => {
  test("is done once for everyone who asks", async () => {
    await using world = await preparing(works)
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => world.preparing.prepare(silent)))
    expect(outcomes[0]).toMatchObject({ kind: "prepared", prepared: { image: "base:1", claude: "/bin/false" } })
    expect(world.processes.calls.map(({ argv }) => argv[1])).toEqual(["info", "image"])
  })

  test("tells how it goes, to everyone who listens and as long as they do", async () => {
    await using world = await preparing(works)
    const heard: string[] = []
    const leave = world.preparing.onHealth(({ podman, image, agent }) =>
      heard.push(`${podman.state} ${image.state} ${agent.state}`),
    )
    expect(world.preparing.health()).toMatchObject({ podman: { state: "unknown" }, image: { state: "waiting" } })
    await world.preparing.prepare(silent)
    expect(heard.at(-1)).toBe("ok ready ready")
    leave()
    const before = heard.length
    await world.preparing.prepare(silent)
    expect(heard).toHaveLength(before)
  })

  test("says that podman is missing, and tries again once it is there", async () => {
    let installed = false
    await using world = await preparing((command) => (installed ? works(command) : { missing: true }))
    expect(await world.preparing.prepare(silent)).toMatchObject({ kind: "failed", reason: "podman-missing" })
    expect(world.preparing.health().podman).toMatchObject({
      state: "unusable",
      obstacle: { code: "podman-missing", command: expect.stringContaining("apt-get") },
    })
    installed = true
    expect((await world.preparing.prepare(silent)).kind).toBe("prepared")
    expect(world.preparing.health()).toMatchObject({
      podman: { state: "ok", firstId: 200_000, unlimited: ["cpu", "memory", "pids"] },
      image: { state: "ready", source: "given", id: "4f2c", madeAt: Date.parse("2026-01-15T11:00:00Z") },
      agent: { state: "ready", proof: "given" },
    })
  })
})

describe("what was got ready", () => {
  test("is looked at anew only when somebody asks for it", async () => {
    let gone = false
    await using world = await preparing((command) => (gone ? { missing: true } : works(command)))
    await world.preparing.prepare(silent)
    gone = true
    expect((await world.preparing.prepare(silent)).kind).toBe("prepared")
    expect((await world.preparing.lookAgain()).kind).toBe("unusable")
    expect(await world.preparing.prepare(silent)).toMatchObject({ kind: "failed", reason: "podman-missing" })
    gone = false
    await world.preparing.lookAgain()
    expect((await world.preparing.prepare(silent)).kind).toBe("prepared")
  })

  test("is the base image that the configuration names by then", async () => {
    await using world = await preparing(
      ({ argv }) => (argv[1] === "info" ? { text: info } : { text: "[]", code: argv[1] === "import" ? 1 : 0 }),
      "/run/s",
      "",
    )
    world.config.baseImage = "file:/srv/a.tar"
    await world.preparing.prepare(silent)
    world.config.baseImage = "file:/srv/b.tar"
    await world.preparing.prepare(silent)
    const asked = world.processes.calls.flatMap(({ argv }) => argv.filter((word) => word.startsWith("/srv/")))
    expect(asked).toEqual(["/srv/a.tar", "/srv/b.tar"])
  })
})

describe("getting ready fails", () => {
  test("without an image, with podman's reason", async () => {
    await using world = await preparing(({ argv }) =>
      argv[1] === "info" ? { text: info } : { code: 125, stderr: "Error: denied" },
    )
    expect(await world.preparing.prepare(silent)).toMatchObject({
      kind: "failed",
      reason: "image-missing",
      detail: "Error: denied",
    })
    expect(world.preparing.health().image).toMatchObject({ state: "failed", fault: { code: "refused" } })
  })

  test("where sockets would have no place, before anything is started", async () => {
    await using world = await preparing(works, `/${"long".repeat(30)}`)
    expect(await world.preparing.prepare(silent)).toMatchObject({
      kind: "failed",
      reason: "path-long",
      detail: expect.stringContaining("too long"),
    })
    expect(world.processes.calls).toEqual([])
  })
})

test("getting ready tells somebody who joins late what everybody waits for", async () => {
  const { promise: unpacked, resolve: unpack } = Promise.withResolvers<Answer>()
  const building = Promise.withResolvers<void>()
  const answer = (command: Command) => {
    if (command.argv[0] === "bash") building.resolve()
    if (command.argv[1] === "images") return { text: "[]" }
    return command.argv[0] === "bash" ? unpacked : works(command)
  }
  await using world = await preparing(answer, "/run/s", "")
  const first = world.preparing.prepare(silent)
  await building.promise
  const late: string[] = []
  const second = world.preparing.prepare(({ step }) => late.push(step))
  await world.preparing.podman()
  await Promise.resolve()
  expect(late).toEqual(["image"])
  unpack({ code: 1 })
  await Promise.all([first, second])
})
