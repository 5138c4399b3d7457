import { expect, test } from "bun:test"
import { join } from "node:path"
import { parseWorkspaceId } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { createSandboxes, type Sandboxes } from "../sandbox/index.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { person, repoName, testLoops } from "../testing/loops.ts"
import { testPlugin } from "../testing/plugin.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { inspectWork } from "./checkouts/work-report.ts"

const alice = person("alice")
const guestInside = "/opt/loopat/guest.js"
const repository = join(import.meta.dir, "../..")
/** Shared by every test on this machine, so that the base image is built once. */
const runtime = "/tmp/loopat-test-runtime"

async function realSandboxes(folder: string): Promise<Sandboxes & AsyncDisposable> {
  const workspace = parseWorkspaceId("a9e47000-0000-4000-8000-000000000001")
  if (!workspace) throw new Error("no workspace id")
  const { PATH = "", HOME = "", CONTAINERS_CONF } = process.env
  const processes = createProcesses({ PATH, HOME, ...(CONTAINERS_CONF && { CONTAINERS_CONF }) })
  const background = createBackground(silentLog)
  const disk = createDisk()
  await disk.makeFolder(runtime)
  const entry = join(repository, "src/testing/guest-entry.ts")
  const built = await Bun.build({ entrypoints: [entry], target: "bun", outdir: folder, naming: "guest.js" })
  if (!built.success) throw new Error(built.logs.join("\n"))
  const sandboxes = createSandboxes({
    ...{ processes, disk, clock: systemClock, ids: systemIds, log: silentLog, background, workspace },
    runtimeFolder: runtime,
    socketsFolder: join(folder, "s"),
    settings: {
      limits: { cpus: 2, memory: "2g", pids: 512, openFiles: 4096, tmp: "256m" },
      ...{ hardening: "standard", containerIdleMs: 60_000, keepOnStop: false, podman: "podman" },
    },
    baseImage: async () => "host",
    plugin: await testPlugin(),
    host: {
      ...{ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, arch: process.arch, build: "test" },
      executable: process.execPath,
      guestArguments: [guestInside, "guest"],
      guestMounts: { [join(folder, "guest.js")]: guestInside },
      claude: join(repository, `node_modules/@anthropic-ai/claude-agent-sdk-linux-${process.arch}/claude`),
    },
    serveGateway: async () => new Response(null, { status: 503 }),
  })
  return {
    ...sandboxes,
    async [Symbol.asyncDispose]() {
      await sandboxes[Symbol.asyncDispose]()
      await background[Symbol.asyncDispose]()
      await processes[Symbol.asyncDispose]()
    },
  }
}

test("inside its sandbox a loop's checkout is a whole repository of its own, and its work is reported before it goes", async () => {
  await using folder = await tempFolder()
  const outside = await outsideRepository(`${folder.path}/outside`, { "README.md": "hello", "src/a.ts": "1" })
  const head = (await outside.git("rev-parse", "HEAD")).trim()
  await using sandboxes = await realSandboxes(folder.path)
  await using world = await testLoops({
    home: `${folder.path}/home`,
    roster: [{ name: repoName("app"), git: outside.path }],
    needs: {
      sandboxes,
      inspectWork: async (loop) => {
        const box = sandboxes.running(loop)
        return box && inspectWork(box)
      },
    },
  })
  const created = await world.loops.create({ clientId: "one", title: "Plan", repo: "app" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  const id = created.loop
  await world.told("loop.ready", id)

  const spec = await world.loops.sandboxSpec(id)
  if (!spec) throw new Error("not prepared")
  const started = await sandboxes.start(spec)
  if (started.kind !== "ready") throw new Error(`${started.reason}: ${started.detail}`)
  const { box } = started
  const cwd = `/loopat/loop/${id}/workdir`
  const git = async (...args: string[]) => {
    const { code, stdout, stderr } = await box.capture({ argv: ["git", ...args], cwd })
    return code === 0 ? stdout.trim() : `${code} ${stderr}`
  }
  expect(await git("status", "--porcelain", "--branch")).toBe(`## loop/plan-${id.slice(0, 6)}`)
  expect(await git("rev-parse", "HEAD")).toBe(head)
  expect(await git("fsck", "--connectivity-only")).not.toContain("missing")
  expect((await box.capture({ argv: ["stat", "-c", "%u:%g", "README.md", ".git/HEAD"], cwd })).stdout).toBe(
    "2000:2000\n2000:2000\n",
  )
  expect(await world.loops.report(id, alice)).toMatchObject({ report: { hasWork: false } })

  await box.files.write("workdir", "new file.txt", "x")
  await box.files.write("workdir", "README.md", "changed")
  await git("commit", "--quiet", "--all", "--message", "Change the readme")
  expect(await world.loops.report(id, alice)).toMatchObject({
    report: {
      hasWork: true,
      work: [{ uncommitted: ["new file.txt"], unpushed: [expect.stringContaining("Change the readme")], more: 0 }],
    },
  })
  // What is committed inside reaches nobody outside.
  expect((await outside.git("rev-parse", "HEAD")).trim()).toBe(head)
  expect((await world.repos.resolve(repoName("app")))?.commit).toBe(head)

  expect((await world.loops.delete(id, alice)).kind).toBe("has-work")
  expect((await world.loops.delete(id, alice, "Plan")).kind).toBe("done")
  expect(await world.loops.deletedFor(id, alice)).toEqual({ id, title: "Plan" })
  expect(sandboxes.running(id)).toBeUndefined()
  expect((await world.loops.erase(id, alice, "Plan")).kind).toBe("erased")
  expect(await world.disk.list(`${world.home}/loops/.deleted`)).toEqual([])
}, 120_000)
