import { afterAll, beforeAll, expect, test } from "bun:test"
import type { DrivenLoop } from "../loops/index.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { calls, commands, count, ended, limit, until } from "../testing/real-looks.ts"

// Real podman, the real agent; the model is a script. One server for all.
let real: RealAgent
beforeAll(async () => {
  real = await realAgent()
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

const running = async (loop: DrivenLoop, text: string) =>
  (await commands(real, loop)).some((command) => command.startsWith(text))

/** Stopping ends this turn as interrupted, leaves nothing of it running, and the next message is answered. */
async function stopsCleanly(loop: DrivenLoop, turns: number): Promise<void> {
  await real.agent.work.stop(loop)
  const events = await real.wait(loop, (all) => ended(turns)(all) && all, "the end")
  expect(events.findLast(({ kind }) => kind === "turn-finished")).toMatchObject({ outcome: "interrupted" })
  await until(async () => real.sandboxes.running(loop.record.id) === undefined || !(await running(loop, "tail -f")))
  await real.send(loop, `#say still here ${turns}`)
  await real.wait(loop, ended(turns + 1), "the next turn")
  expect(JSON.stringify((await real.events(loop)).slice(-3))).toContain(`still here ${turns}`)
}

test(
  "stopping works at once after sending, while the model thinks, and in the middle of a sub-agent's command",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#say never begun")
    await stopsCleanly(loop, 1)

    const thinking = Array.from({ length: 500 }, (_, n) => `thought${n} `).join("")
    real.model.queue({ text: "never", thinking, everyMs: 20 })
    const shown: string[] = []
    const topic = real.agent.topicOf(loop.record.id)
    const leave = real.world.hub.subscribe(topic, "en:driver:", ({ html }) => shown.push(html))
    await real.send(loop, "think about it")
    await until(async () => shown.some((html) => /thought\d/.test(html)))
    leave()
    await stopsCleanly(loop, 3)

    const prompt = "#bash tail -f /dev/null"
    const task = { description: "wait", prompt, subagent_type: "general-purpose", run_in_background: false }
    await real.send(loop, `#tool Task ${JSON.stringify(task)}\n#say never`)
    await until(() => running(loop, "tail -f"))
    await stopsCleanly(loop, 5)
    const heard = real.model.heard().join("\n")
    for (const text of ["still here 1", "think about it", "still here 3", "still here 5"]) expect(heard).toContain(text)
  },
  limit,
)

test(
  "send now interrupts: the command's result is there, the old turn is interrupted, and the rest of the queue follows",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "#bash tail -f /dev/null\n#say never")
    await real.wait(loop, calls("Bash"), "the command")
    await until(() => running(loop, "tail -f"))
    const first = await real.send(loop, "#say the first that waits")
    const urgent = await real.send(loop, "#say the urgent one")
    const gone = await real.send(loop, "#say nobody wants this")
    const { work } = real.agent
    expect(await work.edit(loop, first, "#say the first, better")).toEqual({ kind: "changed" })
    expect(await work.remove(loop, gone)).toEqual({ kind: "changed" })
    expect(await work.sendNow(loop, urgent)).toEqual({ kind: "changed" })
    const events = await real.wait(loop, (all) => ended(3)(all) && all, "three ends")
    const outcomes = events.flatMap((event) => (event.kind === "turn-finished" ? [event.outcome] : []))
    expect(outcomes).toEqual(["interrupted", "done", "done"])
    const turns = events.flatMap((event) => (event.kind === "turn-started" ? event.messages : []))
    expect(turns.slice(1)).toEqual([urgent, first])
    const [end = 0] = events.flatMap((event, index) => (event.kind === "turn-finished" ? [index] : []))
    expect(JSON.stringify(events.slice(0, end))).toContain('"type":"tool_result"')
    const said = JSON.stringify(events.slice(end))
    expect(said).toContain('"text":"the urgent one"')
    expect(said).toContain('"text":"the first, better"')
    expect(count(events, "turn-started")).toBe(3)
    expect(await running(loop, "tail -f")).toBe(false)
  },
  limit,
)
