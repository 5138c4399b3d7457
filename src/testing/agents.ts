import type { LoopId } from "../lib/ids.ts"
import type { AgentNeeds } from "../agent/needs.ts"
import type { Sent } from "../agent/work.ts"
import type { Failure, Usage } from "../gateway/index.ts"
import { type Agent, createAgent } from "../agent/index.ts"
import type { DrivenLoop, LoopActivity, TranscriptEvent } from "../loops/index.ts"
import { type Background, createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import type { Box, SandboxHealth, StartOutcome, StartStep, ToolsState } from "../sandbox/index.ts"
import { testIds } from "./clock.ts"
import { person, type TestLoops, testLoops, type TestLoopsOptions } from "./loops.ts"
import { type ScriptedAgent, scriptedHost, type ScriptedHost, until } from "./scripted-agent.ts"

export interface TestAgent extends AsyncDisposable {
  world: TestLoops
  agent: Agent
  host: ScriptedHost
  background: Background
  /** What sandboxes were asked for. */
  boxes: string[]
  sandboxes: AgentNeeds["sandboxes"]
  /** How the next start of a sandbox ends, instead of well. */
  next: {
    start?: StartOutcome | Promise<StartOutcome>
    /** What it is at meanwhile. */
    step?: StartStep
    pick?: Awaited<ReturnType<AgentNeeds["gateway"]["pick"]>>
    refused?: Failure
    /** What the model answers to a question of the program's own; without it there are none. */
    serve?: (request: Request) => Promise<Response>
    spent?: Usage
  }
  /** What the host's podman, image and agent binary are said to be. */
  prepares(news: Partial<SandboxHealth>): void
  /** How it is with the tools of a loop. */
  furnishes(loop: DrivenLoop, news: ToolsState | undefined): void
  /** A prepared loop of alice, and the right to drive it. */
  loop(message?: string): Promise<DrivenLoop>
  events(loop: DrivenLoop): Promise<TranscriptEvent[]>
  /** Waits until an event of this kind is in the transcript. */
  seen(loop: DrivenLoop, kind: TranscriptEvent["kind"], count?: number): Promise<TranscriptEvent[]>
  activity(loop: DrivenLoop): LoopActivity | undefined
  /** Waits until the loop is no longer marked as unfinished. */
  unmarked(loop: DrivenLoop): Promise<void>
  /** Another server on the same home. `kill`: the old one said no good-bye. */
  restart(how?: { boxGone?: boolean }): Promise<TestAgent>
}

export interface TestAgentOptions extends TestLoopsOptions {
  agent?: Partial<AgentNeeds>
  host?: ScriptedHost
  boxes?: Set<LoopId>
}

const nothingKnown: SandboxHealth = {
  podman: { state: "unknown" },
  image: { state: "waiting" },
  agent: { state: "waiting" },
}

/** The agent feature whole, on real files; in the place of sandboxes and of the agent's program, a script. */
export async function testAgent(options: TestAgentOptions = {}): Promise<TestAgent> {
  const world = await testLoops(options)
  const host = options.host ?? scriptedHost()
  const background = createBackground(silentLog)
  const boxes: string[] = []
  const running = options.boxes ?? new Set<LoopId>()
  const next: TestAgent["next"] = {}
  const activities = new Map<LoopId, LoopActivity>()
  world.events.on("agent.activity", ({ loop, activity }) => activities.set(loop, activity))
  let health = nothingKnown
  const tools = scriptedTools()
  const listeners = new Set<(health: SandboxHealth) => void>()
  const sandboxes: TestAgent["sandboxes"] = {
    async start({ loop }, { onStep } = {}) {
      boxes.push("start")
      const { start, step } = next
      delete next.start
      if (step) onStep?.(step)
      if (start) return start
      running.add(loop)
      return { kind: "ready", box: scriptedBox(loop, host) }
    },
    running: (loop) => (running.has(loop) ? scriptedBox(loop, host) : undefined),
    stop: async (loop) => void (boxes.push("stop"), running.delete(loop)),
    health: () => health,
    onHealth: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    tools: tools.now,
    onTools: tools.listen,
  }
  const agent = createAgent({
    loops: world.loops,
    sandboxes,
    gateway: scriptedGateway(next),
    autoName: () => next.serve !== undefined,
    hub: world.hub,
    events: world.events,
    clock: world.clock,
    ids: testIds(),
    log: silentLog,
    disk: world.disk,
    background,
    host,
    secretsOf: async () => [],
    inside: async () => ({ kind: "not-placed", why: "not-prepared" }),
    doctrine: "# Doctrine",
    ...options.agent,
  })

  const test: TestAgent = {
    world,
    agent,
    host,
    background,
    boxes,
    sandboxes,
    next,
    prepares(news) {
      health = { ...health, ...news }
      listeners.forEach((listener) => listener(health))
    },
    furnishes: tools.become,
    async loop(message) {
      const created = await world.loops.create(
        { clientId: crypto.randomUUID(), ...(message !== undefined && { message }) },
        person("alice"),
      )
      if (created.kind !== "created") throw new Error(`not created: ${JSON.stringify(created)}`)
      await world.told("loop.ready", created.loop)
      return drivenLoop(world, created.loop)
    },
    async events(loop) {
      return (await world.loops.transcript(loop.record.id).after(0, 1 << 20)).events
    },
    async seen(loop, kind, count = 1) {
      let all: TranscriptEvent[] = []
      const has = () => all.filter((event) => event.kind === kind).length >= count
      for (let tries = 0; !has(); tries++) {
        if (tries > 4_000) throw new Error(`no ${count} × ${kind} in ${all.map((event) => event.kind).join(" ")}`)
        // Enough for what waits for company, far too little for anything that gives up.
        world.clock.advance(1)
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
        all = await test.events(loop)
      }
      // What is in the file has been told to everybody once the next batch has had its turn.
      await world.loops.transcript(loop.record.id).append()
      return all
    },
    async unmarked(loop) {
      for (let tries = 0; (await world.loops.unfinished()).includes(loop.record.id); tries++) {
        if (tries > 4_000) throw new Error("still marked as unfinished")
        await new Promise<void>((resolve) => setTimeout(resolve, 1))
      }
    },
    activity: (loop) => activities.get(loop.record.id),
    async restart({ boxGone = false } = {}) {
      const old = host.running
      if (old) old.left = true
      if (boxGone) {
        host.running = undefined
        running.clear()
      }
      return testAgent({ ...options, home: world.home, host, boxes: running })
    },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await background[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
  return test
}

function scriptedTools() {
  const states = new Map<LoopId, ToolsState | undefined>()
  const listeners = new Set<(loop: LoopId) => void>()
  return {
    now: (loop: LoopId) => states.get(loop),
    listen: (listener: (loop: LoopId) => void) => (listeners.add(listener), () => listeners.delete(listener)),
    become({ record }: DrivenLoop, news: ToolsState | undefined) {
      states.set(record.id, news)
      listeners.forEach((listener) => listener(record.id))
    },
  }
}

async function drivenLoop(world: TestLoops, id: LoopId): Promise<DrivenLoop> {
  const driven = await world.loops.forDriver(id, person("alice"))
  if (driven.kind !== "driven") throw new Error(`not driven: ${driven.kind}`)
  return driven.loop
}

export { until }

/** The agent, once it has heard the first message. */
export async function takenUp(stage: TestAgent, loop: DrivenLoop): Promise<ScriptedAgent> {
  await stage.seen(loop, "turn-started")
  const agent = await stage.host.started(1)
  await until(() => agent.said.length > 0, "the first message")
  return agent
}

/** A loop whose agent has taken up a message and waits for the test. */
export async function atWork(stage: TestAgent, text = "wait"): Promise<{ loop: DrivenLoop; agent: ScriptedAgent }> {
  const loop = await stage.loop()
  await send(stage, loop, text)
  return { loop, agent: await takenUp(stage, loop) }
}

/** The agent asks, and the question stands in the transcript. */
export async function askedBy(
  stage: TestAgent,
  loop: DrivenLoop,
  ask: () => unknown,
): Promise<Extract<TranscriptEvent, { kind: "asked" }>> {
  void ask()
  const asked = (await stage.seen(loop, "asked")).find((event) => event.kind === "asked")
  if (asked?.kind !== "asked") throw new Error("need a question")
  return asked
}

/** A person's message on the page; without `clientId` one is made from its text. */
export function send(
  { agent }: TestAgent,
  loop: DrivenLoop,
  ...[text, clientId]: [text: string, clientId?: string]
): Promise<Sent> {
  return agent.work.send(loop, { text, clientId: clientId ?? `c-${text.replaceAll(/\W/g, "-")}`, via: "web" })
}

/** As much of a sandbox as the agent's own script needs. */
function scriptedBox(loop: LoopId, host: ScriptedHost): Box {
  const box = {
    loop,
    kept: async () => (host.running ? [{ id: "agent", running: true }] : []),
    files: { stat: async () => undefined },
  }
  return box as unknown as Box
}

const scriptedGateway = (next: TestAgent["next"]): AgentNeeds["gateway"] => ({
  pick: async () =>
    next.pick ?? {
      kind: "usable",
      source: "builtin",
      provider: "demo",
      model: "demo",
      window: 200_000,
      demo: true,
    },
  usageOfTurn: async () => ({ requests: 1, input: 10, output: 5, cacheRead: 0, cacheWrite: 0 }),
  usageOfLoop: async () => next.spent ?? { requests: 1, input: 10, output: 5, cacheRead: 0, cacheWrite: 0 },
  lastFailure: () => next.refused,
  serve: async (_loop, request) => next.serve?.(request) ?? new Response(null, { status: 404 }),
})
