import { describe, expect, test } from "bun:test"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { newLoopId } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import type { Command } from "../platform/process/command.ts"
import { until } from "../testing/link-world.ts"
import { testClock } from "../testing/clock.ts"
import { samplePodman, sampleSettings, sampleSpec, sampleWorkspace } from "../testing/sandbox-samples.ts"
import { type Answer, scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { ToolChain } from "./contract.ts"
import { createToolImages } from "./tool-images.ts"

const { loop } = sampleSpec
const another = newLoopId(systemIds)
const base = { podman: samplePodman, image: "base:1", imageId: "b1" }
const silent = () => undefined
const installs = ({ argv }: Command) => argv[1] === "exec"
const nothingYet = ({ argv }: Command): Answer => (argv[1] === "image" ? { code: 125 } : {})

interface Scene {
  answer?: (command: Command) => Answer | Promise<Answer>
  folder?: string
  chain?: ToolChain | (() => Promise<ToolChain | undefined>)
  mayDownload?: boolean
}

/** Images with tools over a podman that answers as the script says. */
async function scene({ answer = nothingYet, folder, chain, mayDownload = true }: Scene = {}) {
  const temp = await tempFolder()
  const processes = scriptedProcesses(answer)
  const clock = testClock()
  const background = createBackground(silentLog)
  const stop = new AbortController()
  const usual: ToolChain = { config: '[tools]\nnode = "22"\n"npm:prettier" = "3"\n', tier: "team" }
  const now = { chain: chain ?? usual }
  const fenced: string[] = []
  const images = createToolImages({
    ...{ processes, clock, background, disk: createDisk(), log: silentLog, workspace: sampleWorkspace },
    ...{ settings: sampleSettings, runtimeFolder: folder ?? join(temp.path, "runtime"), signal: stop.signal },
    containers: { fence: async ({ network }, ranges) => void fenced.push(`${network} ${ranges.join()}`) },
    seccomp: async () => "/rt/seccomp.json",
    blockedRanges: () => ["169.254.0.0/16"],
    isRunning: () => true,
    toolChains: {
      of: async () => (typeof now.chain === "function" ? now.chain() : now.chain),
      mayDownload: () => mayDownload,
    },
  })
  return {
    ...{ images, processes, clock, background, stop, now, fenced },
    folder: folder ?? join(temp.path, "runtime"),
    verbs: () => processes.calls.map(({ argv }) => argv[1]),
    async [Symbol.asyncDispose]() {
      await background[Symbol.asyncDispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
}

const fails = (text: string) => (command: Command) =>
  installs(command) ? { code: 1, text: `loopat-step: tool node\n${text}` } : nothingYet(command)

describe("an image with tools", () => {
  test("is made once for all who ask at the same time, and then taken as it is", async () => {
    await using at = await scene()
    const steps: string[] = []
    const made = await Promise.all(
      [loop, another, loop].map((one) => at.images.furnish(one, base, ({ text }) => steps.push(text))),
    )
    expect(new Set(made.map(({ image }) => image)).size).toBe(1)
    expect(made[0]?.image).toMatch(/-tools:[0-9a-f]{16}$/)
    expect(at.verbs()).toEqual([
      ...["image", "rm", "create", "start", "exec", "stop"],
      ...["rm", "create", "cp", "commit", "rm", "rm"],
    ])
    await at.images.furnish(another, base, silent)
    expect(at.verbs()).toHaveLength(12)
    expect(at.images.state(loop)).toBeUndefined()
    expect(at.clock.timers).toBe(0)
  })

  test("is made where nothing is mounted and nobody is root, with the usual limits and the closed ranges", async () => {
    await using at = await scene()
    await at.images.furnish(loop, base, silent)
    const [create, exec, commit] = ["create", "exec", "commit"].map((verb) =>
      at.processes.calls.find(({ argv }) => argv[1] === verb),
    )
    const words = create?.argv.join(" ") ?? ""
    for (const word of [
      "--cap-drop=ALL",
      "--security-opt=no-new-privileges",
      "--user=2000:2000",
      "--ulimit=nofile=9:9",
    ])
      expect(words).toContain(word)
    expect(words).not.toMatch(/--mount|--volume|-v |--cap-add|--privileged|--device|--env|--secret/)
    expect(at.fenced).toEqual(["slirp4netns 169.254.0.0/16"])
    expect(exec?.argv.slice(-3)).toEqual(["sh", "node", "npm:prettier"])
    expect(exec?.timeoutMs).toBe(20 * 60_000)
    const [config = "", lock] = String(exec?.stdin).split("\n")
    expect(Buffer.from(config, "base64").toString()).toBe('[tools]\nnode = "22"\n"npm:prettier" = "3"\n')
    expect(lock).toBe("")
    expect(commit?.argv).toContain("--change=LABEL loopat.image=tools")
  })

  test("of a workspace whose loops reach no internet is made without a network", async () => {
    await using at = await scene({ mayDownload: false })
    await at.images.furnish(loop, base, silent)
    expect(at.processes.calls[2]?.argv).toContain("--network=none")
  })
})

describe("an image with tools, to who waits for it,", () => {
  test("that podman has already is asked for once and not made again", async () => {
    await using at = await scene({ answer: () => ({ text: "[]" }) })
    const { image, config } = await at.images.furnish(loop, base, silent)
    expect(image).toContain("-tools:")
    expect(config).toContain("prettier")
    expect(at.verbs()).toEqual(["image"])
  })

  test("tells everyone who waits which tool is being installed, and how long the last one took", async () => {
    const installing = Promise.withResolvers<Answer>()
    await using at = await scene({
      answer: (command) => (installs(command) ? installing.promise : nothingYet(command)),
    })
    const heard: string[] = []
    const first = at.images.furnish(loop, base, ({ text }) => heard.push(text))
    const late = at.images.furnish(another, base, ({ text }) => heard.push(text))
    await until("the build has begun", () => at.verbs().includes("exec"))
    for (const one of [loop, another])
      expect(at.images.state(one)).toMatchObject({
        state: "building",
        run: { step: { name: "begin", number: 1, of: 5 } },
      })
    at.clock.advance(60_000)
    expect(at.images.state(loop)).toMatchObject({ run: { quietSince: at.clock.now() - 60_000 } })
    installing.resolve({
      text: "loopat-step: tool node\nfetching\nloopat-step: tool npm:prettier\nloopat-step: links\n",
    })
    await Promise.all([first, late])
    expect(heard.filter((text) => text === "Installing npm:prettier.")).toHaveLength(2)
    expect(heard.slice(0, 2)).toEqual(["Installing tools.", "Installing tools."])
    at.now.chain = { config: '[tools]\ngo = "1"\n', tier: "team" }
    const runs: unknown[] = []
    at.images.onChange(() => runs.push(at.images.state(loop)))
    await at.images.furnish(loop, base, silent)
    expect(runs).toContainEqual(expect.objectContaining({ run: expect.objectContaining({ lastTook: 60_000 }) }))
  })
})

describe("a tool that is not to be had", () => {
  test("lets the loop open on the base, with the tool, its last twenty lines and whose it is", async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join("")
    await using at = await scene({
      answer: fails(`${lines}mise ERROR Failed to install core:node@22: no such version\n`),
    })
    const made = await at.images.furnish(loop, base, silent)
    expect(made).toMatchObject({ image: "base:1", config: expect.stringContaining("prettier") })
    const state = at.images.state(loop)
    if (state?.state !== "failed") throw new Error("need a failure")
    const { failure } = state
    expect(failure).toMatchObject({ tool: "node", tier: "team", fault: { code: "not-installed" } })
    expect(failure.fault.detail).toContain("no such version")
    expect(failure.lines).toHaveLength(20)
    expect(at.verbs().slice(-1)).toEqual(["rm"])
    expect(at.verbs()).not.toContain("commit")
  })

  test("is not tried again by the next start, nor after a restart of the server, but when somebody asks for it", async () => {
    let works = false
    const answer = (command: Command) => (works ? nothingYet(command) : fails("mise ERROR no\n")(command))
    await using at = await scene({ answer })
    await at.images.furnish(loop, base, silent)
    await at.images.furnish(loop, base, silent)
    expect(at.verbs().filter((verb) => verb === "exec")).toHaveLength(1)

    await using again = await scene({ answer, folder: at.folder })
    await again.images.found(loop, "base:1", base)
    expect(again.images.state(loop)).toMatchObject({ state: "failed", failure: { tool: "node" } })
    expect((await again.images.furnish(loop, base, silent)).image).toBe("base:1")
    expect(again.verbs()).toEqual([])

    works = true
    await again.images.again(loop, base)
    await until("the tools are there", () => again.images.state(loop)?.state === "restart")
    expect((await again.images.furnish(loop, base, silent)).image).toContain("-tools:")
    expect(again.images.state(loop)).toBeUndefined()
  })

  const faults: [said: string, code: string][] = [
    ["error sending request: dns error: failed to lookup address", "no-network"],
    ["write error: No space left on device", "no-space"],
    ["the base image holds no mise", "no-installer"],
    ["mise ERROR Checksum mismatch", "not-installed"],
  ]
  test("is told by its kind", async () => {
    for (const [said, code] of faults) {
      await using at = await scene({ answer: fails(`${said}\n`) })
      await at.images.furnish(loop, base, silent)
      expect([said, at.images.state(loop)]).toMatchObject([said, { state: "failed", failure: { fault: { code } } }])
    }
  })

  test("keeps no password of an address", async () => {
    await using at = await scene({ answer: fails("mise ERROR https://me:s3cret@example.org/x refused\n") })
    await at.images.furnish(loop, base, silent)
    expect(JSON.stringify(at.images.state(loop))).not.toContain("s3cret")
  })
})

test("a configuration that cannot be read keeps no loop from starting, and is said with file and reason", async () => {
  await using at = await scene({ chain: { config: "[tools", tier: "team" } })
  expect(await at.images.furnish(loop, base, silent)).toEqual({ image: "base:1" })
  expect(at.images.state(loop)).toMatchObject({
    failure: { fault: { code: "unreadable", detail: expect.stringMatching(/^mise\.toml: /) } },
  })
  at.now.chain = async () => {
    throw new Error("git is gone")
  }
  expect(await at.images.furnish(loop, base, silent)).toEqual({ image: "base:1" })
  expect(at.images.state(loop)).toMatchObject({ failure: { fault: { detail: "git is gone" } } })
  at.now.chain = async () => undefined
  expect(await at.images.furnish(loop, base, silent)).toEqual({ image: "base:1" })
  expect(at.images.state(loop)).toBeUndefined()
  expect(at.processes.calls).toEqual([])
})

test("an image that a sweep has removed is made again by the next start, and one that somebody else removed once podman is looked at again", async () => {
  const there = { image: false }
  const answer = ({ argv }: Command): Answer => {
    if (argv[1] === "commit") there.image = true
    return argv[1] === "image" && !there.image ? { code: 125 } : {}
  }
  await using at = await scene({ answer })
  const builds = () => at.verbs().filter((verb) => verb === "commit").length
  const { image } = await at.images.furnish(loop, base, silent)
  there.image = false
  await at.images.forgetImages([image])
  expect((await at.images.furnish(loop, base, silent)).image).toBe(image)
  expect(builds()).toBe(2)

  at.images.lookAgain()
  await at.images.furnish(loop, base, silent)
  expect(builds()).toBe(2)
  there.image = false
  at.images.lookAgain()
  await at.images.furnish(loop, base, silent)
  expect(builds()).toBe(3)
})

test("a podman that does not say whether there is an image keeps no loop from starting", async () => {
  const hangs = ({ argv }: Command): Answer => (argv[1] === "image" ? { code: 1, stderr: "database is locked" } : {})
  await using at = await scene({ answer: hangs })
  expect((await at.images.furnish(loop, base, silent)).image).toBe("base:1")
  expect(at.images.state(loop)).toMatchObject({ failure: { fault: { code: "other", detail: "database is locked" } } })
  expect((await at.images.furnish(another, base, silent)).image).toBe("base:1")
})

test("what is remembered of tools and cannot be read hinders neither a start nor a container that is found", async () => {
  await using at = await scene()
  await mkdir(join(at.folder, "tools.json"), { recursive: true })
  expect((await at.images.found(loop, "base:1", base)).image).toBe("base:1")
  expect((await at.images.furnish(loop, base, silent)).image).toContain("-tools:")
})

test("who listens hears of the loops with these tools and of no others, and of a loop that is gone nothing is kept", async () => {
  await using at = await scene({ answer: fails("mise ERROR no\n") })
  const heard = new Set<string>()
  at.images.onChange((one) => heard.add(one))
  await at.images.furnish(loop, base, silent)
  at.now.chain = { config: '[tools]\ngo = "1"\n', tier: "team" }
  heard.clear()
  await at.images.furnish(another, base, silent)
  expect([...heard]).toEqual([another])
  at.images.forget(loop)
  expect([...heard]).toEqual([another, loop])
  expect([loop, another].map((one) => at.images.state(one)?.state)).toEqual([undefined, "failed"])
})

test("a server that stops while tools are installed remembers no failure", async () => {
  await using at = await scene({
    answer: (command) => {
      if (installs(command)) at.stop.abort()
      return installs(command) ? { code: 137 } : nothingYet(command)
    },
  })
  await at.images.furnish(loop, base, silent)
  expect((await at.images.memory.read()).failed).toEqual({})
})
