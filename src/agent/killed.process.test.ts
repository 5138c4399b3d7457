import { afterAll, beforeAll, expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import type { DrivenLoop } from "../loops/index.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { calls, commands, ended, limit } from "../testing/real-looks.ts"

// kill -9 of each part in the middle of a turn; the server and the agent itself have their own files.

let real: RealAgent
beforeAll(async () => {
  real = await realAgent()
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

async function working(): Promise<DrivenLoop> {
  const loop = await real.loop()
  await real.send(loop, "#say remember the red door")
  await real.wait(loop, ended(1), "first turn")
  await real.send(loop, "#bash tail -f /dev/null\n#say never")
  await real.wait(loop, calls("Bash"), "the command")
  return loop
}

/** The turn ends by a name, nothing of it runs on unseen, and the next message goes on with the conversation. */
async function endsAndGoesOn(loop: DrivenLoop): Promise<void> {
  const failed = await real.wait(loop, (all) => all.find(({ kind }) => kind === "turn-failed"), "the failure")
  expect(failed).toMatchObject({ reason: "agent-ended", action: "continue" })
  expect(await real.agent.work.goOn(loop, "#say back again")).toBe("sent")
  await real.wait(loop, ended(3), "the next turn")
  const heard = JSON.stringify(real.model.requests.findLast(({ kind }) => kind === "main")?.body)
  expect(heard).toContain("remember the red door")
  expect((await commands(real, loop)).some((command) => command.includes("tail -f"))).toBe(false)
}

const podman = (...args: string[]) =>
  Bun.spawnSync(["podman", ...args])
    .stdout.toString()
    .trim()
const containerOf = (loop: DrivenLoop) =>
  podman("ps", "--quiet", "--no-trunc", `--filter=label=loopat.loop=${loop.record.id}`)

/** The process that watches one container on the host. */
async function monitorOf(container: string): Promise<number> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const line = await Bun.file(`/proc/${pid}/cmdline`)
      .text()
      .catch(() => "")
    if (/^[^\0]*conmon\0/.test(line) && line.includes(container)) return Number(pid)
  }
  throw new Error(`no conmon watches ${container}`)
}

test(
  "a guest killed in mid-turn ends the turn by name, and the next message works",
  async () => {
    const loop = await working()
    await real.box(loop).run({ argv: ["pkill", "-KILL", "-f", "^/opt/loopat/bin/loopat .*guest$"] })
    await endsAndGoesOn(loop)
  },
  limit,
)

test(
  "a container killed in mid-turn ends the turn by name, and the next message works",
  async () => {
    const loop = await working()
    podman("kill", "--signal=KILL", containerOf(loop))
    await endsAndGoesOn(loop)
  },
  limit,
)

test(
  "conmon killed in mid-turn leaves nothing running unseen: the turn goes on, and a later start and removal work",
  async () => {
    const loop = await working()
    const container = containerOf(loop)
    process.kill(await monitorOf(container), "SIGKILL")
    await real.box(loop).capture({ argv: ["pkill", "-KILL", "-x", "claude"] })
    await endsAndGoesOn(loop)
    await real.sandboxes.remove(loop.record.id)
    expect(podman("ps", "--all", "--quiet", `--filter=label=loopat.loop=${loop.record.id}`)).toBe("")
    expect(podman("ps", "--all", "--quiet", `--filter=id=${container}`)).toBe("")
  },
  limit,
)

test(
  "an agent whose end nobody could hear of, because a program still holds its output, ends its turn all the same",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#say remember the red door")
    await real.wait(loop, ended(1), "first turn")
    const holding = `setsid sh -c 'trap "" TERM; echo held >&9; exec tail -f /dev/null' 9>/proc/$(pgrep -x claude)/fd/1 & echo`
    await real.send(loop, `#bash ${holding}\n#bash tail -f /dev/null\n#say never`)
    await real.wait(loop, calls("Bash", 2), "the command")
    await real.box(loop).capture({ argv: ["pkill", "-KILL", "-x", "claude"] })
    await endsAndGoesOn(loop)
  },
  limit,
)
