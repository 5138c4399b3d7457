import type { BookedLoop } from "../testing/holds/book.ts"
import { readTranscript } from "../testing/holds/book.ts"
import { checkLoop, shortly, type Verdict } from "../testing/holds/checker.ts"
import { type Found, processesOf, type Victim } from "../testing/holds/killer.ts"
import { type ListeningModel, listeningModel } from "../testing/holds/listening-model.ts"
import { leftOver, unparsable } from "../testing/holds/own-files.ts"
import { firstPerson, type Person } from "../testing/holds/person.ts"
import { type Seeded, seeded } from "../testing/holds/seeded.ts"
import { createStory, type Story } from "../testing/holds/story.ts"
import { type Server, startServer, until } from "./harness.ts"
import { talksTo } from "./scripted-provider.ts"

/** A server with real sandboxes and agents, one busy person, and somebody who kills. */
export interface KillWorld extends AsyncDisposable {
  run(kills: number): Promise<Outcome>
}

export interface Outcome extends Verdict {
  kills: number
  summary: string
}

const loopsAtOnce = 3
const messagesPerLoop = 7
const roundsBetweenChecks = 8

export async function killWorld(seed: number): Promise<KillWorld> {
  const model = listeningModel()
  const server = await startServer({
    config: { ...talksTo(model.port), sandbox: { limits: { memory: "1g", pids: 512, tmp: "64m" } } },
  })
  const person = await firstPerson(() => server.url)
  const run = createRun({ server, person, model, random: seeded(seed) })
  return {
    run,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await model[Symbol.asyncDispose]()
    },
  }
}

interface RunNeeds {
  server: Server
  person: Person
  model: ListeningModel
  random: Seeded
}

function createRun({ server, person, model, random }: RunNeeds): KillWorld["run"] {
  const { home } = server
  let up: Promise<void> = Promise.resolve()
  const story = createStory({ person, home, random, up: () => up })
  const total: Verdict = { lost: [], doubled: [], wrong: [], turns: { done: 0, interrupted: 0, failed: 0 } }
  const killed: Record<Victim, number> = { server: 0, claude: 0, guest: 0, container: 0, conmon: 0 }
  const count = () => Object.values(killed).reduce((sum, one) => sum + one, 0)

  async function killOne(): Promise<void> {
    await Bun.sleep(random.pick([0, 3, 10, 40, 150, 500, 1_200]))
    const victim = chooseVictim(random, processesOf(home))
    if (victim.part !== "server" && !killNow(victim.pid)) return killOne()
    killed[victim.part]++
    if (victim.part !== "server") return
    const back = Promise.withResolvers<void>()
    up = back.promise
    await server.kill()
    await server.restart()
    back.resolve()
  }

  async function round(most: number): Promise<void> {
    const active = story.loops.filter(({ archived }) => !archived)
    if (active.length < loopsAtOnce) {
      await Promise.all([story.create(), killOne()])
      return
    }
    const acting = Promise.all(active.map((loop) => act(story, loop, random)))
    for (let left = Math.min(most, 1 + random.below(3)); left > 0; left--) await killOne()
    await acting
  }

  async function settleAndCheck(): Promise<void> {
    const active = story.loops.filter(({ archived }) => !archived)
    for (const loop of active) await settle(loop, story, { server, home })
    for (const loop of active) {
      const verdict = await checkLoop(loop, { home, person, model })
      for (const kind of ["lost", "doubled", "wrong"] as const) total[kind].push(...verdict[kind])
      if (loop.messages.length < messagesPerLoop) continue
      for (const kind of ["done", "interrupted", "failed"] as const) total.turns[kind] += verdict.turns[kind]
      await story.archive(loop)
    }
  }

  return async (kills) => {
    for (let rounds = 1; count() < kills; rounds++) {
      await round(kills - count())
      if (rounds % roundsBetweenChecks === 0) await settleAndCheck()
    }
    await settleAndCheck()
    await server.stop()
    await server.restart()
    total.wrong.push(...(await leftovers(home)))
    const { done, interrupted, failed } = total.turns
    const kinds = Object.entries(killed).map(([name, times]) => `${name} ${times}`)
    const summary = [
      `kills ${count()}, survived ${count()}, accepted ${story.accepted}, lost ${total.lost.length}, doubled ${total.doubled.length}`,
      `(${kinds.join(", ")}; ${story.loops.length} loops, turns of the finished ones: done ${done}, interrupted ${interrupted}, failed ${failed})`,
    ].join(" ")
    return { ...total, kills: count(), summary }
  }
}

/** False when it has ended by itself in the meantime. */
function killNow(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false
    throw error
  }
}

async function act(story: Story, loop: BookedLoop, random: Seeded): Promise<void> {
  await story.tidy(loop)
  const acts = [() => story.send(loop), () => story.send(loop), () => story.rename(loop), () => story.edit(loop)]
  for (let left = 1 + random.below(2); left > 0; left--) await random.pick(acts)()
  if (random.chance(0.08)) await story.stop(loop)
}

/** The server more often than each of the others; where the wanted one does not run, another one that does. */
function chooseVictim(random: Seeded, found: Found[]): Found | { part: "server" } {
  const wanted = random.pick([
    "server",
    "server",
    "server",
    "claude",
    "claude",
    "guest",
    "container",
    "conmon",
  ] as const)
  if (wanted === "server" || found.length === 0) return { part: "server" }
  const fit = found.filter(({ part }) => part === wanted)
  return random.pick(fit.length > 0 ? fit : found)
}

async function settle(loop: BookedLoop, story: Story, { server, home }: { server: Server; home: string }) {
  await until(`${loop.name} rests`, () => story.tidy(loop), {
    timeoutMs: 60_000,
  }).catch(async (error: unknown) => {
    const events = await readTranscript(home, loop.id)
    throw new Error(`${String(error)}\n${loop.id}\n${shortly(events.slice(-60))}\n${server.output().slice(-6_000)}`)
  })
}

/** Half-made files and folders, and files that do not parse, below the folders that only the server writes. */
async function leftovers(home: string): Promise<string[]> {
  const half = leftOver(home).map((name) => `left over: ${name}`)
  return [...half, ...unparsable(home).map((name) => `does not parse: ${name}`)]
}
