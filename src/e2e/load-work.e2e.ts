import { expect, test } from "bun:test"
import { frameId } from "../bench/harness/visitor.ts"
import { urls } from "../lib/urls.ts"
import type { TranscriptEvent } from "../loops/index.ts"
import { listeningModel } from "../testing/holds/listening-model.ts"
import { until } from "./harness.ts"
import { type LoadWorld, loadWorld, mebibyte } from "./load-world.ts"
import { talksTo } from "./scripted-provider.ts"

const loopsAtOnce = 10
const rounds = 3
/** Words that one of them is flooded with in each round. */
const flood = 20_000

/** Two messages of a round: tools and words as they come, then what the tools left behind. */
const messages = (loop: number, round: number) => [
  [
    `#bash echo from the shell ${loop} ${round} > out.txt && cat out.txt`,
    `#write note-${round}.txt words of ${loop} ${round}`,
    loop === 0 ? `#slow ${flood} 0` : "#slow 150 10",
  ].join("\n"),
  `#bash cat out.txt note-${round}.txt\n#say the end of ${loop} ${round}`,
]

interface Followed {
  id: string
  loop: number
  /** Numbers of the events that its viewer was sent, in order. */
  ids: number[]
  frames(): number
}

async function follow(world: LoadWorld, loop: number): Promise<Followed> {
  const id = await world.loop()
  const ids: number[] = []
  const onFrame = (frame: string) => void ids.push(...[frameId(frame)].filter((one) => one !== undefined))
  const stream = await world.visitor.stream(`${urls.loop(id)}/events?after=0`, { onFrame })
  return { id, loop, ids, frames: () => stream.frames() }
}

async function work(world: LoadWorld, { id, loop }: Followed, round: number): Promise<void> {
  for (const text of messages(loop, round)) await world.send(id, text)
  await world.ended(id, 2 * (round + 1))
}

/** How long a page of another loop takes, in the middle, while this goes on. */
async function pagesWhile(goesOn: (pages: number) => boolean, { visitor }: LoadWorld, quiet: string) {
  const times: number[] = []
  while (goesOn(times.length)) {
    const since = performance.now()
    const answer = await visitor.get(urls.loop(quiet))
    const text = await answer.text()
    times.push(performance.now() - since)
    if (answer.status !== 200 || !text.includes("</html>")) throw new Error(`a page answered ${answer.status}`)
    await Bun.sleep(50)
  }
  return { count: times.length, middle: times.sort((a, b) => a - b)[times.length >> 1] ?? 0 }
}

const twenty = (pages: number) => pages < 20

type Round = Awaited<ReturnType<typeof workTogether>>

/** All loops do their messages of this round while somebody reads another loop's page again and again. */
async function workTogether(
  world: LoadWorld,
  { followed, quiet, round }: { followed: Followed[]; quiet: string; round: number },
) {
  let working = true
  const pages = pagesWhile(() => working, world, quiet)
  const flooded = followed[0]?.frames ?? (() => 0)
  const before = flooded()
  await Promise.all(followed.map((one) => work(world, one, round))).finally(() => (working = false))
  return { pages: await pages, frames: flooded() - before, memory: await world.memory() }
}

/** What is missing, double or out of order in the transcript, and in what its viewer was told. */
function faults(events: TranscriptEvent[], { loop, ids }: Followed): string[] {
  const found: string[] = []
  const seqs = events.map(({ seq }) => seq)
  if (seqs.some((seq, index) => seq !== index + 1)) found.push("the transcript's numbers have gaps")
  if (ids.some((id, index) => id < (ids[index - 1] ?? 0))) found.push("its viewer was told out of order")
  const ends = events.flatMap((event) => (event.kind === "turn-finished" ? [event.outcome] : []))
  if (ends.join() !== Array.from({ length: 2 * rounds }, () => "done").join()) found.push(`turns ended ${ends.join()}`)
  const said = JSON.stringify(events.filter(({ kind }) => kind === "agent"))
  for (let round = 0; round < rounds; round++)
    for (const text of [`from the shell ${loop} ${round}`, `words of ${loop} ${round}`, `the end of ${loop} ${round}`])
      if (!said.includes(text)) found.push(`"${text}" is missing`)
  return found
}

test("ten loops work at once on two cores: all turns finish, nothing is lost, pages of another loop answer, and memory is flat afterwards", async () => {
  await using model = listeningModel()
  await using world = await loadWorld({
    config: { ...talksTo(model.port), sandbox: { limits: { memory: "1g", pids: 512, tmp: "64m" } } },
  })
  const quiet = await world.loop()
  await pagesWhile(twenty, world, quiet)
  const calm = await pagesWhile(twenty, world, quiet)
  const followed = await Promise.all(Array.from({ length: loopsAtOnce }, (_, loop) => follow(world, loop)))
  const done: Round[] = []
  for (let round = 0; round < rounds; round++) done.push(await workTogether(world, { followed, quiet, round }))
  const each = (of: (round: Round) => number | string) => done.map(of).join(", ")
  console.log(
    `${loopsAtOnce} working loops, three times ${loopsAtOnce * 2} turns: ${each(({ pages }) => pages.count)} pages of another loop meanwhile, ×${each(({ pages }) => (pages.middle / calm.middle).toFixed(1))} of a calm one; ${each(({ frames }) => frames)} frames for ${flood} words; memory afterwards ${each(({ memory }) => Math.round(memory / mebibyte))} MiB`,
  )
  const found: string[] = []
  for (const one of followed) {
    const events = await world.events(one.id)
    await until("its viewer has all", () => one.ids.at(-1) === events.length)
    found.push(...faults(events, one).map((fault) => `loop ${one.loop}: ${fault}`))
  }
  expect(found).toEqual([])
  expect(JSON.stringify(await world.events(followed[0]?.id ?? ""))).toContain(`word${flood - 1} `)
  for (const { pages, frames } of done) {
    expect(pages.count).toBeGreaterThan(0)
    // Many pieces within a moment are one frame.
    expect(frames).toBeLessThan(flood / 20)
  }
  const [, second, third] = done.map(({ memory }) => memory)
  expect((third ?? 0) - (second ?? 0)).toBeLessThan(24 * mebibyte)
}, 180_000)
