import { describe, expect, test } from "bun:test"
import { mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import type { Hardening, NetworkMode, Targets } from "../testing/escapes/attempt.ts"
import { tryEverything } from "../testing/escapes/run.ts"
import { attempts, elsewhere } from "../testing/escapes/table.ts"
import { until } from "../testing/link-world.ts"
import { testNestedImage } from "../testing/nested-image.ts"
import { sandboxWorld, type SandboxWorld } from "../testing/sandbox-world.ts"
import { smallInternet, type SmallInternet } from "../testing/small-internet.ts"
import type { Box, SandboxSpec } from "./index.ts"
import { containerName } from "./plan.ts"

const canaries = ["canary-of-the-server-9932", "canary-of-a-vault-4471", "canary-of-the-other-loop-5481"] as const

/** What stands ready to be reached: files and variables of the server and of another loop, and servers on both. */
interface Field extends AsyncDisposable {
  world: SandboxWorld
  spec: SandboxSpec
  box: Box
  targets: Targets
  visitors(): number
  heard: string[]
  beyond: SmallInternet
}

/** On every address of this machine; counts who comes. */
function visitedServer() {
  let visitors = 0
  const server = Bun.serve({
    hostname: "0.0.0.0",
    port: 0,
    fetch() {
      visitors++
      return new Response("reached")
    },
  })
  return { port: server.port ?? 0, visitors: () => visitors, stop: () => server.stop(true) }
}

async function field(network: NetworkMode, hardening: Hardening): Promise<Field> {
  const heard: string[] = []
  const server = visitedServer()
  const beyond = smallInternet([`listed.test`, `*.listed.test:${server.port}`, "10.0.0.0/8"])
  const nested = hardening === "nested"
  const world = await sandboxWorld({
    canary: canaries[0],
    settings: nested ? { givenImage: await testNestedImage() } : { hardening },
    wayOut: beyond,
    async serveGateway(loop) {
      heard.push(loop)
      return new Response(`asked by ${loop}`, { status: 404 })
    },
  })
  const vault = join(world.folder, "personal/bob/.loopat/vaults/other/envs")
  await mkdir(vault, { recursive: true })
  await writeFile(join(world.folder, "server-secret"), canaries[0])
  await writeFile(join(vault, "TOKEN"), canaries[1])
  const objects = join(world.folder, "borrowed")
  await mkdir(objects)
  await writeFile(join(objects, "pack"), "objects of everybody")
  const spec = await world.spec({ network, nested, objects: { knowledge: objects } })
  const theirs = await world.spec({ network })
  const [box, other] = [await world.started(spec), await world.started(theirs)]
  for (const root of ["workdir", "home", "claude-state"] as const) await other.files.write(root, "secret", canaries[2])
  await other.keep("canary", { argv: ["sleep", "731"], env: { CANARY: canaries[2] } })
  if (nested) await box.capture({ argv: ["bash", "-c", innerRoot] })
  const otherPort = 7_413
  await other.keep("listens", { argv: httpServer(otherPort, "other loop answers") })
  await until("the other loop answers itself", async () => {
    const asked = await other.capture({ argv: ["curl", "-sm", "4", `http://127.0.0.1:${otherPort}/`] })
    return asked.stdout === "other loop answers\n"
  })
  const hostAddresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family }) => family === "IPv4")
    .map(({ address }) => address)
  return {
    world,
    spec,
    box,
    heard,
    beyond,
    visitors: server.visitors,
    targets: {
      serverFolder: world.folder,
      own: spec.loop,
      other: theirs.loop,
      canaries,
      hostPort: server.port,
      hostAddresses,
      otherPort,
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      await beyond.stop()
      await world[Symbol.asyncDispose]()
    },
  }
}

const httpServer = (port: number, words: string): [string, ...string[]] => [
  "python3",
  "-c",
  `import socket
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("0.0.0.0", ${port})); s.listen(50)
while True:
  c, _ = s.accept(); c.recv(4096); c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n${words}\\n"); c.close()`,
]

/** An empty root, onto which the attempts put what the loop has. */
const innerRoot =
  "mkdir -p ~/inner/{usr,opt,run,home,loopat,tmp,var,proc,sys,dev}; for d in bin lib lib64 sbin; do ln -s usr/$d ~/inner/$d; done; cp -r /etc ~/inner/"

const modes: readonly [NetworkMode, Hardening][] = [
  ["open", "standard"],
  ["open", "strict"],
  ["gateway-only", "standard"],
  ["gateway-only", "strict"],
  ["allow-list", "standard"],
  ["allow-list", "strict"],
  ["gateway-only", "nested"],
]

for (const [network, hardening] of modes) {
  test(`no attempt to get out of a loop succeeds with network ${network}, hardening ${hardening}`, async () => {
    await using at = await field(network, hardening)
    const claude = join(import.meta.dirname, "../../node_modules/@anthropic-ai/claude-agent-sdk-linux-x64/claude")
    const before = await stat(claude)
    expect(await (await fetch(`http://127.0.0.1:${at.targets.hostPort}/`)).text()).toBe("reached")

    if (network === "allow-list") await reachesTheListed(at.box)

    const { tried, gotOut } = await tryEverything(at.box, at.targets, { network, hardening })
    console.log(`network ${network}, hardening ${hardening}: attempts tried ${tried}, failed ${tried - gotOut.length}`)
    expect(gotOut).toEqual([])
    expect(tried).toBeGreaterThan(35)

    expect(at.visitors()).toBe(1)
    // Only listed names were ever looked up: nothing left in the name of another.
    expect(at.beyond.lookedUp.filter((name) => !/(^|\.)listed\.test$/.test(name))).toEqual([])
    expect(new Set(at.heard)).toEqual(new Set([at.spec.loop]))
    expect((await stat(claude)).mtimeMs).toBe(before.mtimeMs)
    expect(await readFile(join(at.world.folder, "borrowed/pack"), "utf8")).toBe("objects of everybody")
    expect((await at.box.capture({ argv: ["claude", "--version"] })).stdout).toContain("Claude Code")
  })
}

/** An attempt that fails must not fail because nothing works. */
async function reachesTheListed(box: Box): Promise<void> {
  for (const way of ["-x", "-px"]) {
    const { stdout } = await box.capture({
      argv: ["curl", "-sm", "8", way, "http://127.0.0.1:4181", "http://listed.test/"],
    })
    expect(stdout).toStartWith("the listed host")
  }
}

test("the attempts see a way out where there is one", async () => {
  await using at = await field("open", "standard")
  await at.box.files.write("workdir", "found", `here it is: ${canaries[1]}\n`)
  await at.box.keep("reached", {
    argv: httpServer(at.targets.hostPort, "reached"),
  })
  const { gotOut } = await tryEverything(at.box, at.targets, {
    network: "open",
    hardening: "standard",
    only: [1, 3, 11],
  })
  expect(gotOut).toContain("loopat: 1 find a word of the server in any file")
  expect(gotOut).toContain("root: 3 read a value of a vault that was not chosen")
  expect(gotOut).toContain("root: 11 reach a server on the host's loopback or on its addresses")
})

test("every attempt of the list is tried here, or it is said where it is or why it cannot be yet", () => {
  const here = new Set([...attempts.map(({ number }) => number), 20, 21, 27, 28])
  for (let number = 1; number <= 30; number++)
    expect([number, here.has(number) || elsewhere[number] !== undefined]).toEqual([number, true])
  console.log(
    Object.entries(elsewhere)
      .map(([number, why]) => `attempt ${number} not here: ${why}`)
      .join("\n"),
  )
})

describe("a loop that wants to outlive its stop", () => {
  test("leaves no process of any user, no credential and a small log behind", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    const survivor = "trap '' TERM HUP INT; while :; do sleep 743; done"
    await box.capture({
      argv: [
        "bash",
        "-c",
        `echo credential-of-this-run >/run/loopat-vault/token
         (env -i PATH="$PATH" setsid bash -c "${survivor}" </dev/null >/dev/null 2>&1 &)
         (sudo env -i PATH="$PATH" setsid bash -c "${survivor}" </dev/null >/dev/null 2>&1 &)
         head -c 20000000 /dev/zero | tr '\\0' 'x' | fold -w 1000 >/proc/1/fd/1 || head -c 20000000 /dev/zero >/proc/1/fd/2
         true`,
      ],
    })
    const running = () =>
      Bun.spawnSync(["pgrep", "-f", "sleep 74[3]"]).stdout.toString().trim().split("\n").filter(Boolean)
    expect(running().length).toBeGreaterThanOrEqual(2)
    const log = (
      await world.podman(
        "inspect",
        "--format={{.HostConfig.LogConfig.Path}}",
        containerName(world.workspace, spec.loop),
      )
    ).trim()
    expect((await stat(log)).size).toBeLessThan(3 << 20)
    await world.sandboxes.stop(spec.loop, "test")
    expect(running()).toEqual([])
    const again = await world.started(spec)
    expect((await again.capture({ argv: ["ls", "-A", "/run/loopat-vault", "/tmp"] })).stdout).toBe(
      "/run/loopat-vault:\n\n/tmp:\n",
    )
  })
})

describe("a loop that takes everything it can get", () => {
  test("fails at its limits in processes, memory, descriptors and temporary files while another loop is answered", async () => {
    const limits = { cpus: 1, memory: "512m", pids: 100, openFiles: 1_024, tmp: "16m" }
    await using world = await sandboxWorld({ settings: { limits } })
    const spec = await world.spec()
    await world.started(spec)
    const other = await world.started(await world.spec())
    const bombs = {
      forks: "bomb() { bomb | bomb & }; bomb; sleep 2; exit 1",
      memory: "python3 -c 'x = []\nwhile True: x.append(bytearray(1 << 24))'",
      descriptors: "python3 -c 'import os\nwhile True: os.dup(1)'",
      files: "dd if=/dev/zero of=/tmp/fill bs=1M count=200",
    }
    for (const [name, script] of Object.entries(bombs)) {
      const box = await world.started(spec)
      const bomb = box.capture({ argv: ["bash", "-c", script] }, { timeoutMs: 8_000 }).then(
        ({ code }) => code,
        () => null,
      )
      let slowest = 0
      for (let time = 0; time < 5; time++) {
        const since = performance.now()
        expect((await other.capture({ argv: ["echo", "well"] })).stdout).toBe("well\n")
        slowest = Math.max(slowest, performance.now() - since)
      }
      expect([name, await bomb]).not.toEqual([name, 0])
      console.log(`${name} bomb: the slowest of five commands in another loop took ${Math.round(slowest)} ms`)
    }
  })
})
