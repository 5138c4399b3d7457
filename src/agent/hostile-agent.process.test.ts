import { afterAll, beforeAll, expect, test } from "bun:test"
import { join } from "node:path"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { ended, limit } from "../testing/real-looks.ts"

// Real podman and guest; in the agent's place a program that says what it likes. One server for all.
let real: RealAgent
beforeAll(async () => {
  real = await realAgent({}, { claude: join(import.meta.dir, "../testing/hostile-claude.pl") })
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

const over = (count: number) => (all: { kind: string }[]) =>
  all.filter(({ kind }) => kind === "turn-finished" || kind === "turn-failed").length >= count

/** Mebibytes of a line that are taken. */
const longestLine = 64

const deeds = ["garbage", "half", "huge", "endless", "deep", "bytes", "control", "errors", "flood"] as const

test(
  "whatever the agent prints, its turn ends, memory stays bounded and the next message works",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "hello")
    await real.wait(loop, ended(1), "a first, harmless turn")
    Bun.gc(true)
    const before = process.memoryUsage.rss()
    let highest = before
    const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 20)
    let turns = 1
    for (const deed of deeds) {
      await real.send(loop, `${deed} now`)
      await real.wait(loop, over(++turns), `the end of ${deed}`)
      await real.send(loop, `hello after ${deed}`)
      await real.wait(loop, over(++turns), `a turn after ${deed}`)
      expect([deed, (await real.events(loop)).findLast(({ kind }) => kind.startsWith("turn-"))?.kind]).toEqual([
        deed,
        "turn-finished",
      ])
    }
    clearInterval(watch)
    const grown = (highest - before) >> 20
    console.log(`${deeds.length} kinds of hostile output: at most ${grown} MiB more memory on the way`)
    // A line of the greatest length, as bytes, as text and parsed, what came before it that is not collected yet.
    expect(grown).toBeLessThan(8 * longestLine)
    const failures = (await real.events(loop)).flatMap((event) => (event.kind === "turn-failed" ? [event.reason] : []))
    expect(failures).toEqual(["agent-ended"])
  },
  limit,
)

test(
  "an agent that says nothing at all is stopped on request, and the next message works",
  async () => {
    const loop = await real.loop()
    await real.send(loop, "silence please")
    await real.wait(loop, (all) => all.some(({ kind }) => kind === "turn-started"), "the turn")
    await real.agent.work.stop(loop)
    const events = await real.wait(loop, (all) => ended(1)(all) && all, "the end")
    expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "interrupted" })
    await real.send(loop, "hello")
    await real.wait(loop, ended(2), "the next turn")
  },
  limit,
)
