import { describe, expect, test } from "bun:test"
import { mkdir, readdir, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { reading, until } from "../testing/link-world.ts"
import { type Clock, systemClock } from "../platform/clock.ts"
import { sandboxWorld, type SandboxWorld } from "../testing/sandbox-world.ts"
import { removeContainer } from "./containers.ts"

const containersOf = async (world: SandboxWorld, ...more: string[]) =>
  (await world.podman("ps", "--quiet", `--filter=label=loopat.workspace=${world.workspace}`, ...more))
    .split("\n")
    .filter(Boolean)

const shell = (line: string): [string, ...string[]] => ["sh", "-c", line]

describe("starting a sandbox", () => {
  test("fifty who ask at once share one start", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    world.sandboxes.begin()
    await until("podman was looked at", () => world.sandboxes.health().image.state === "ready")
    const before = world.processes.counts.get("podman") ?? 0
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => world.sandboxes.start(spec)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array.from({ length: 50 }, () => "ready"))
    // One list, once per server, then create, start and the question for its pid.
    expect((world.processes.counts.get("podman") ?? 0) - before).toBe(4)
    expect(await containersOf(world, "--all")).toHaveLength(1)
  })

  test("a second start of a running one asks podman nothing", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    const before = world.processes.counts.get("podman")
    expect(await world.started(spec)).toBe(box)
    expect(world.sandboxes.running(spec.loop)).toBe(box)
    await box.capture({ argv: ["true"] })
    expect(world.processes.counts.get("podman")).toBe(before)
  })

  test("whoever loses interest is told so, and the start goes on for the others", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const stop = new AbortController()
    const mine = world.sandboxes.start(spec, { signal: stop.signal })
    const theirs = world.sandboxes.start(spec)
    stop.abort()
    expect(await mine).toMatchObject({ kind: "failed", reason: "stopped" })
    expect((await theirs).kind).toBe("ready")
  })

  test("a start that fails says why in podman's words and leaves nothing running", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec({ objects: { missing: "/no/such/folder" } })
    const outcome = await world.sandboxes.start(spec)
    expect(outcome).toMatchObject({ kind: "failed", reason: "start-failed" })
    expect(outcome.kind === "failed" && outcome.detail).toContain("/no/such/folder")
    expect(await containersOf(world)).toEqual([])
    expect(world.sandboxes.running(spec.loop)).toBeUndefined()
  })
})

describe("a stopped sandbox", () => {
  test("leaves no process and no link, and starts again with its files and its installed programs", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    await box.files.write("workdir", "note.txt", "kept")
    const install = shell("sudo touch /usr/local/bin/installed && echo gone >/tmp/scratch")
    expect(await box.capture({ argv: install })).toEqual({ code: 0, stdout: "", stderr: "" })
    const program = await box.keep("task", { argv: ["sleep", "721"] })
    await world.sandboxes.stop(spec.loop, "test")
    expect(box.gone.aborted).toBe(true)
    expect((await program.exited).code).toBeNull()
    expect(await containersOf(world)).toEqual([])
    expect(world.sandboxes.running(spec.loop)).toBeUndefined()
    const again = await world.started(spec)
    const found = await again.capture({ argv: shell("cat note.txt; ls /usr/local/bin /tmp; pgrep -c sleep") })
    expect(found.stdout).toBe("kept/tmp:\n\n/usr/local/bin:\ninstalled\n0\n")
  })

  test("is made anew when what it is made of has changed", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    await world.started(spec)
    const [first] = await containersOf(world)
    await world.sandboxes.stop(spec.loop, "test")
    const steps: string[] = []
    const outcome = await world.sandboxes.start(
      { ...spec, network: "gateway-only" },
      { onStep: ({ text }) => steps.push(text) },
    )
    expect(outcome.kind).toBe("ready")
    expect(steps[0]).toBe("The container's settings changed; it is made anew.")
    expect(await containersOf(world)).not.toContain(first ?? "")
  })
})

describe("a sandbox without its container", () => {
  test("that somebody removed is made anew", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    await world.started(spec)
    const [first] = await containersOf(world)
    await world.sandboxes.stop(spec.loop, "test")
    await removeContainer(world.processes, "podman", first ?? "")
    expect((await (await world.started(spec)).capture({ argv: ["echo", "again"] })).stdout).toBe("again\n")
    expect(await containersOf(world)).toHaveLength(1)
  })

  test("is removed with everything, root's files included, and the loop's folder can be erased", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    await box.capture({
      argv: shell("sudo sh -c 'mkdir -p deep/er && touch deep/er/file && chmod 0 deep' && ln -s /etc out"),
    })
    await world.sandboxes.remove(spec.loop)
    expect(await containersOf(world, "--all")).toEqual([])
    expect(await readdir(join(world.folder, "s"))).toEqual([])
    await world.sandboxes.erase(spec.folders.workdir)
    await expect(stat(spec.folders.workdir)).rejects.toThrow("ENOENT")
    expect((await stat("/etc")).isDirectory()).toBe(true)
  })
})

describe("a message right after a restart of the server", () => {
  test("a loop that is started before it is looked at is left to whoever started it", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const before = await world.started(spec)
    const kept = await before.keep("agent", { argv: ["tail", "-f", "/dev/null"] })
    const next = await world.restart()
    // Asked for in this order, as by a message that comes while the server is still looking round.
    const started = next.start(spec)
    expect(await next.adopt(async () => spec)).toEqual([])
    const outcome = await started
    if (outcome.kind !== "ready") throw new Error(outcome.detail)
    expect(next.running(spec.loop)).toBe(outcome.box)
    expect(await outcome.box.kept()).toMatchObject([{ id: "agent", running: true }])
    expect(await containersOf(world)).toHaveLength(1)
    kept.detach()
  })
})

describe("after a restart of the server", () => {
  test("a running sandbox is attached to, and what it keeps goes on", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    const program = await box.keep("agent", { argv: shell("while read line; do echo heard $line; done") })
    await program.write("before\n")
    await reading(program.stdout).past("heard before\n")
    await program.write("while nobody listens\n")
    const [container] = await containersOf(world)
    const next = await world.restart()
    expect(await next.adopt(async () => spec)).toEqual([{ loop: spec.loop, outcome: "attached", kept: ["agent"] }])
    expect(await containersOf(world)).toEqual([container ?? ""])
    const again = await next.running(spec.loop)?.attach("agent")
    await again?.closeInput()
    expect(await new Response(again?.stdout).text()).toBe("heard before\nheard while nobody listens\n")
  })

  test("the container of an unknown loop, of another driver or of another make is removed", async () => {
    await using world = await sandboxWorld()
    const [unknown, handed, changed] = [await world.spec(), await world.spec(), await world.spec()]
    for (const spec of [unknown, handed, changed]) await world.started(spec)
    const bob = { ...handed, driver: (await world.spec()).driver, identity: { displayName: "Bob", email: "b@c" } }
    Object.assign(bob, { driver: "bob" })
    const next = await world.restart()
    const adopted = await next.adopt(async (loop) => {
      if (loop === handed.loop) return bob
      return loop === changed.loop ? { ...changed, network: "gateway-only" } : undefined
    })
    expect(adopted.map(({ outcome }) => outcome)).toEqual(["removed", "removed", "removed"])
    expect(await containersOf(world, "--all")).toEqual([])
  })

  test("a server that does not keep its sandboxes leaves none running", async () => {
    await using world = await sandboxWorld({ settings: { keepOnStop: false } })
    await world.started(await world.spec())
    await world.sandboxes[Symbol.asyncDispose]()
    expect(await containersOf(world)).toEqual([])
  })

  test("a sandbox to which no server comes back ends by itself", async () => {
    await using world = await sandboxWorld({ settings: { containerIdleMs: 1_000 } })
    const box = await world.started(await world.spec())
    await box.keep("agent", { argv: ["sleep", "722"] })
    await world.sandboxes[Symbol.asyncDispose]()
    await until("it has ended", async () => (await containersOf(world)).length === 0)
  })
})

describe("when something inside dies", () => {
  test("a killed guest is started again, the box says it is gone, and what ran is not left unseen", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    await box.keep("agent", { argv: ["sleep", "723"] })
    await box.run({ argv: ["pkill", "-KILL", "-f", "^/opt/loopat/bin/loopat .*guest$"] })
    await until("the box is gone", () => box.gone.aborted)
    await until("a guest is there again", () => world.sandboxes.running(spec.loop))
    const next = await world.started(spec)
    expect(next).not.toBe(box)
    expect((await next.processes()).filter(({ command }) => command === "sleep 723")).toEqual([])
    expect(await next.kept()).toEqual([])
  })

  test("a guest that hangs is ended and started again", async () => {
    const impatient: Clock = { ...systemClock, after: (ms, then) => systemClock.after(ms === 15_000 ? 300 : ms, then) }
    await using world = await sandboxWorld({ clock: impatient })
    const spec = await world.spec()
    const box = await world.started(spec)
    // A guest that stands still at once does not even say that the program has begun.
    await box.run({ argv: ["pkill", "-STOP", "-f", "^/opt/loopat/bin/loopat .*guest$"] }).catch(() => undefined)
    await until("the box is gone", () => box.gone.aborted)
    await until("a guest is there again", () => world.sandboxes.running(spec.loop))
    const next = await world.started(spec)
    expect((await next.capture({ argv: ["echo", "well"] })).stdout).toBe("well\n")
  })

  test("a container killed from outside is noticed, and the next start brings it back", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    await world.podman("kill", "--signal=KILL", ...(await containersOf(world)))
    await until("the box is gone", () => box.gone.aborted)
    expect(world.sandboxes.running(spec.loop)).toBeUndefined()
    const next = await world.started(spec)
    expect((await next.capture({ argv: ["echo", "back"] })).stdout).toBe("back\n")
  })

  test("more processes than allowed is a refusal inside and nothing outside", async () => {
    await using world = await sandboxWorld({
      settings: { limits: { cpus: 1, memory: "512m", pids: 60, openFiles: 1_024, tmp: "16m" } },
    })
    const box = await world.started(await world.spec())
    const bomb = await box
      .capture({ argv: shell("for i in $(seq 1 200); do sleep 724 & done; echo tried") })
      .catch(() => undefined)
    expect(bomb?.stderr ?? "cannot fork").toMatch(/fork|Resource temporarily unavailable/i)
    await until("a program runs again", async () => {
      const current = world.sandboxes.running(box.loop)
      return (await current?.capture({ argv: ["echo", "well"] }).catch(() => undefined))?.stdout === "well\n"
    })
  })
})

test("the gateway hears which loop asks, streams as it comes and is told when the asker hangs up", async () => {
  const heard: string[] = []
  const hungUp = Promise.withResolvers<void>()
  await using world = await sandboxWorld({
    async serveGateway(loop, request) {
      heard.push(`${loop} ${request.method} ${new URL(request.url).pathname} ${await request.text()}`)
      request.signal.addEventListener("abort", () => hungUp.resolve())
      const stream = new ReadableStream({
        start: (controller) => controller.enqueue("event: first\n\n"),
      })
      return new Response(stream, { headers: { "content-type": "text/event-stream" } })
    },
  })
  const spec = await world.spec({ network: "gateway-only" })
  const box = await world.started(spec)
  const asking = await box.run({ argv: ["curl", "-sN", "-d", "hello", "http://127.0.0.1:4180/v1/messages"] })
  await reading(asking.stdout).past("event: first\n")
  expect(heard).toEqual([`${spec.loop} POST /v1/messages hello`])
  await asking[Symbol.asyncDispose]()
  await hungUp.promise
})

test("unused images of this workspace are swept, and nothing that is used", async () => {
  await using world = await sandboxWorld()
  await world.started(await world.spec())
  const tag = `localhost/loopat-test-unused:${world.workspace.slice(0, 8)}`
  const context = join(world.folder, "unused")
  await mkdir(context)
  await writeFile(join(context, "file"), "x")
  const { exitCode } = Bun.spawnSync(["tar", "-cf", join(context, "root.tar"), "-C", context, "file"])
  expect(exitCode).toBe(0)
  await world.podman(
    "import",
    "--quiet",
    `--change=LABEL loopat.workspace=${world.workspace}`,
    join(context, "root.tar"),
    tag,
  )
  await world.sandboxes.sweep()
  expect(await world.podman("images", "--quiet", tag)).toBe("")
  expect(await containersOf(world)).toHaveLength(1)
})
