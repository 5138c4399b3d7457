import { expect, test } from "bun:test"
import type { Stream } from "../bench/harness/visitor.ts"
import { seedLoop } from "../bench/harness/seeds.ts"
import { urls } from "../lib/urls.ts"
import { until } from "./harness.ts"
import { type LoadWorld, loadWorld, mebibyte } from "./load-world.ts"

const viewers = 1_000
/** So many stay until the one that takes nothing is let go: a kernel keeps megabytes for each before anybody notices. */
const patient = 50
const smallEvents = 20

interface Watcher {
  stream: Stream
  /** Numbers of the events that it has seen the title of, in order. */
  seen: number[]
}

async function watch({ visitor }: LoadWorld, { loop, after, from }: Place & { after: number }): Promise<Watcher> {
  const seen: number[] = []
  const onFrame = (frame: string) => {
    const number = Number(/Event number (\d+) /.exec(frame.slice(0, 20_000))?.[1] ?? Number.NaN)
    // The title stands in several regions of a page.
    if (number > from && seen.at(-1) !== number) seen.push(number)
  }
  return { seen, stream: await visitor.stream(`/loops/${loop}/events?after=${after}`, { onFrame }) }
}

async function rename({ visitor }: LoadWorld, loop: string, number: number): Promise<void> {
  const form = { title: `Event number ${number} of many` }
  const answer = await visitor.post(urls.loopTitle(loop), form, { "hx-request": "true" })
  if (answer.status !== 200) throw new Error(`a title answers ${answer.status}`)
}

interface Place {
  loop: string
  /** The number of a message that waits in it. */
  waiting: number
  /** The number of the last event so far. */
  from: number
}

/** A thousand see small events, a few of them go on with large ones until the one that takes nothing is let go. */
async function audience(world: LoadWorld, { loop, waiting, from }: Place) {
  // What came earlier is not asked for again.
  const after = (await world.events(loop)).length
  const all: Watcher[] = []
  while (all.length < viewers) all.push(await watch(world, { loop, waiting, from, after }))
  const stalled = await world.visitor.stream(`/loops/${loop}/events?after=${after}`, { stalled: true })
  const before = await world.metrics()
  const everybody = (who: Watcher[], number: number) =>
    until(`all have seen event ${number}`, () => who.every(({ seen }) => seen.at(-1) === number))
  let number = from
  while (number < from + smallEvents) {
    await rename(world, loop, ++number)
    await everybody(all, number)
  }
  const counted = await world.metrics()
  const renders = counted.value("renders_total") - before.value("renders_total")
  const complete = (who: Watcher[]) =>
    who.filter(({ seen }) => seen.join() === Array.from({ length: number - from }, (_, n) => from + n + 1).join())
      .length
  const reached = complete(all)
  for (const { stream } of all.slice(patient)) stream.close()

  const rest = all.slice(0, patient)
  const small = number
  let cut = 0
  for (let large = 0; cut === 0 && large < 100; large++) {
    await edit(world, { loop, waiting, text: `${number} ${"long words ".repeat(50_000)}` })
    await rename(world, loop, ++number)
    await everybody(rest, number)
    cut = (await world.metrics()).value("streams_cut_total") - before.value("streams_cut_total")
  }
  // What waits is the first thing that whoever comes next is sent.
  await edit(world, { loop, waiting, text: "waits" })
  for (const { stream } of rest) stream.close()
  stalled.close()
  await until("all streams have ended", async () => (await world.metrics()).value("streams") === 0)
  return {
    renders,
    reached,
    cut,
    stayed: complete(rest),
    large: number - small,
    last: number,
    memory: await world.memory(),
  }
}

async function edit({ visitor }: LoadWorld, { loop, waiting, text }: { loop: string; waiting: number; text: string }) {
  const answer = await visitor.post(urls.loopQueued(loop, waiting), { text }, { "hx-request": "true" })
  if (answer.status >= 400) throw new Error(`a change of a waiting message answers ${answer.status}`)
}

test("a thousand browsers follow one loop and one takes nothing: all see every event, the one is let go, and the server's memory is flat afterwards", async () => {
  let loop = ""
  await using world = await loadWorld({
    sandboxes: false,
    seed: async (home) => (loop = await seedLoop(home, 1, { events: 41 })),
  })
  await world.send(loop, "waits")
  const waiting = (await world.events(loop)).findLast(({ kind }) => kind === "user-message")?.seq ?? 0
  const rounds: Awaited<ReturnType<typeof audience>>[] = []
  for (let round = 0; round < 3; round++)
    rounds.push(await audience(world, { loop, waiting, from: rounds.at(-1)?.last ?? 0 }))
  const memory = rounds.map((round) => round.memory)
  const each = (of: (round: (typeof rounds)[number]) => number) => rounds.map(of).join(", ")
  console.log(
    `${viewers} viewers and one that takes nothing, three times: ${each(({ renders }) => renders)} renders for ${smallEvents} events, the one is let go after ${each(({ large }) => large)} large ones; memory afterwards ${each((round) => Math.round(round.memory / mebibyte))} MiB`,
  )
  for (const { reached, cut, stayed } of rounds)
    expect({ reached, cut, stayed }).toEqual({ reached: viewers, cut: 1, stayed: patient })
  // Three regions show the title, and the quiet ones are told now and then whatever happens.
  for (const { renders } of rounds) expect(renders).toBeLessThanOrEqual(smallEvents * 4)
  // The first time also pays for compiled code and a heap that grows once.
  expect((memory[2] ?? 0) - (memory[1] ?? 0)).toBeLessThan(24 * mebibyte)
}, 120_000)
