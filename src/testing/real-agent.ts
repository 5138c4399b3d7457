import { join } from "node:path"
import { createAgent, createClaude, type Agent, type AgentNeeds } from "../agent/index.ts"
import { serveInside } from "../app/inside-door.ts"
import { vaultFiles } from "../app/vault-files.ts"
import { createVault } from "../vault/index.ts"
import { type LoopId, newWorkspaceId, type WorkspaceId } from "../lib/ids.ts"
import {
  createContextUpkeep,
  createWorkbench,
  type DrivenLoop,
  inspectWork,
  type LoopsNeeds,
  type NewLoop,
  type TranscriptEvent,
} from "../loops/index.ts"
import { createBackground } from "../platform/background.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import type { DiskCalls } from "../platform/disk/calls.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createLog, type Log } from "../platform/log.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { createGitHost } from "../repos/index.ts"
import { type Box, createSandboxes, type SandboxNeeds, type Sandboxes } from "../sandbox/index.ts"
import { podmanEnvironment, testBaseImage, testSettings } from "./base-image.ts"
import { person, type TestLoops, testLoops, type TestLoopsOptions } from "./loops.ts"
import { asOneProgram, testHost } from "./sandbox-world.ts"
import { testPlugin } from "./plugin.ts"
import { createScriptedModel, type ScriptedModel } from "./scripted-model.ts"
import { tempFolder } from "./temp-folder.ts"

/** The agent feature with real podman and the real `claude`; only the model is a script. */
export interface RealAgent extends AsyncDisposable {
  world: TestLoops
  agent: Agent
  sandboxes: Sandboxes
  model: ScriptedModel
  log: string[]
  workspace: WorkspaceId
  loop(mode?: "default" | "bypassPermissions", wanted?: Partial<NewLoop>, by?: string): Promise<DrivenLoop>
  /** A new loop that may not become ready. */
  create(wanted?: Partial<NewLoop>, by?: string): Promise<LoopId>
  /** An old one, by the person who drives it now. */
  driven(loop: LoopId, by: string): Promise<DrivenLoop>
  send(loop: DrivenLoop, text: string): Promise<number>
  events(loop: DrivenLoop): Promise<TranscriptEvent[]>
  /** Waits until the transcript satisfies the look. */
  wait<T>(loop: DrivenLoop, look: (events: TranscriptEvent[]) => T | undefined | false, what: string): Promise<T>
  box(loop: DrivenLoop): Box
  /** This server dies on the spot, or is stopped in good order; another one begins on the same home. */
  restart(how: "killed" | "killed-with-container" | "stopped"): Promise<RealAgent>
}

interface RealAgentOptions {
  /** Another program in the agent's place. */
  claude?: string
  /** Loops have checkouts, and the server's git answers them. */
  contexts?: boolean
  /** Code that there is; with `outside` it comes from there. */
  roster?: TestLoopsOptions["roster"]
  outside?: RealOutside
}

/** Hosts that loops reach with what their drivers have. */
interface RealOutside extends Required<Pick<TestLoopsOptions, "roster" | "remoteOf">> {
  wayOut: NonNullable<SandboxNeeds["wayOut"]>
}

interface Place extends RealAgentOptions {
  home: string
  folder: { path: string } & AsyncDisposable
  workspace: WorkspaceId
  model: ScriptedModel
  loops: Set<LoopId>
}

export async function realAgent(over: Partial<AgentNeeds> = {}, options: RealAgentOptions = {}): Promise<RealAgent> {
  const folder = await tempFolder()
  const workspace = newWorkspaceId(systemIds)
  const place: Place = {
    home: join(folder.path, "home"),
    folder,
    workspace,
    model: createScriptedModel(),
    loops: new Set(),
    ...options,
  }
  return open(place, over)
}

/** What a loop reaches from inside: the scripted model, and the server's repositories, of which knowledge is gated. */
function withGit(world: TestLoops, model: ScriptedModel): (loop: LoopId, request: Request) => Promise<Response> {
  const gitHost = createGitHost({
    ...{ shelves: world.shelves, repos: world.repos, git: world.git, clock: systemClock, ids: systemIds },
    isGated: (context) => context === "knowledge",
  })
  return (loop, request) =>
    serveInside({ loops: world.loops, gateway: { serve: (_loop, one) => model.serve(one) }, gitHost }, loop, request)
}

type Hooks = Pick<SandboxNeeds, "processes" | "disk" | "background" | "log" | "serveGateway" | "layOut" | "vaultFiles">

async function sandboxesOf(place: Place, hooks: Hooks): Promise<Sandboxes> {
  const runtimeFolder = join(place.folder.path, "runtime")
  await hooks.disk.makeFolder(runtimeFolder)
  const { outside } = place
  const host = await testHost(place.folder.path)
  return createSandboxes({
    ...hooks,
    ...{ clock: systemClock, ids: systemIds, workspace: place.workspace },
    ...{ runtimeFolder, socketsFolder: join(place.folder.path, "s") },
    settings: { ...testSettings, givenImage: await testBaseImage() },
    ...{ baseImage: async () => "host", plugin: await testPlugin() },
    host: { ...(outside ? await asOneProgram(host, place.folder.path) : host), ...claudeOf(place) },
    ...(outside && { wayOut: outside.wayOut }),
  })
}

const noSettings = { personal: async () => ({ kind: "read" as const, value: {}, raw: {} }) }

const claudeOf = ({ claude }: Place) => (claude === undefined ? {} : { claude })

const worldOf = ({ home, contexts, roster, outside }: Place) => ({
  ...{ home, contexts: contexts === true, ...(roster && { roster }), ...outside },
})

const listedOnly = () => ({ mode: "allow-list", allowHosts: [], driversMayAllow: false }) as const

const needsOf = ({ roster, outside }: Place, sandboxes: Sandboxes): Partial<LoopsNeeds> => ({
  sandboxes,
  ...(roster && {
    async inspectWork(loop) {
      const running = sandboxes.running(loop)
      return running && inspectWork(running)
    },
  }),
  ...(outside && { network: listedOnly }),
})

const noPages = {
  frame(): never {
    throw new Error("no page is asked for here")
  },
  header(): never {
    throw new Error("no page is asked for here")
  },
}

async function open(place: Place, agentNeeds: Partial<AgentNeeds>): Promise<RealAgent> {
  const log: string[] = []
  const lines: Log = createLog({ format: "text", verbose: true, write: (line) => void log.push(line) }, systemClock)
  const disk = createDisk()
  const background = createBackground(lines)
  const processes = createProcesses(podmanEnvironment())
  let dead = false
  const vault = createVault({ disk, home: place.home, settings: noSettings })
  const sandboxes = await sandboxesOf(place, {
    ...{ processes, disk, background, log: lines },
    serveGateway: async (loop, request) => (dead ? new Response(null, { status: 503 }) : served(loop, request)),
    layOut: (loop) => world.loops.layOut(loop),
    vaultFiles: vaultFiles({ vault, background, loops: () => world.loops, audit: async () => undefined }),
  })
  const over = (calls: DiskCalls): DiskCalls => ({
    ...calls,
    open: (path, flags, mode) =>
      dead ? Promise.reject(new Error("this server is dead")) : calls.open(path, flags, mode),
  })
  const world: TestLoops = await testLoops({
    ...{ ...worldOf(place), log: lines, over },
    needs: needsOf(place, sandboxes),
  })
  const served = withGit(world, place.model)
  const keeping = { ...world, log: lines, background, running: sandboxes.running }
  const upkeep = place.contexts === true ? createContextUpkeep(keeping) : undefined
  const agent = createAgent({
    loops: world.loops,
    sandboxes,
    gateway: scriptedGateway,
    hub: world.hub,
    events: world.events,
    clock: systemClock,
    ids: systemIds,
    log: lines,
    disk: world.disk,
    background,
    host: createClaude(),
    secretsOf: async () => [],
    inside: createWorkbench({ loops: world.loops, sandboxes, clock: systemClock, ...noPages }).write,
    ...{ autoName: () => false, ...(upkeep && { beforeStart: upkeep.freshen }) },
    doctrine: "# Doctrine of a test",
    ...agentNeeds,
  })

  const known = () => [...place.loops]
  const real: RealAgent = {
    world,
    agent,
    sandboxes,
    ...{ model: place.model, log, workspace: place.workspace },
    async create(wanted = {}, by = "alice") {
      const created = await world.loops.create({ clientId: crypto.randomUUID(), ...wanted }, person(by))
      if (created.kind !== "created") throw new Error(JSON.stringify(created))
      place.loops.add(created.loop)
      return created.loop
    },
    async loop(mode = "bypassPermissions", wanted = {}, by = "alice") {
      const loop = await real.create(wanted, by)
      await world.told("loop.ready", loop)
      await world.loops.change(loop, (record) => ({ ...record, permissionMode: mode }))
      return real.driven(loop, by)
    },
    async driven(loop, by) {
      const outcome = await world.loops.forDriver(loop, person(by))
      if (outcome.kind !== "driven") throw new Error(outcome.kind)
      return outcome.loop
    },
    async send(loop, text) {
      const sent = await agent.work.send(loop, { text, clientId: crypto.randomUUID(), via: "web" })
      if (sent.kind !== "accepted") throw new Error(sent.kind)
      return sent.line.seq
    },
    events: async (loop) => (await world.loops.transcript(loop.record.id).after(0, 8 << 20)).events,
    async wait(loop, look, what) {
      const end = Date.now() + 60_000
      for (;;) {
        const events = await real.events(loop)
        const found = look(events)
        if (found !== undefined && found !== false) {
          // What is in the file has been told to everybody once the next batch has had its turn.
          await world.loops.transcript(loop.record.id).append()
          return found
        }
        if (Date.now() > end) {
          const said = await Bun.file(world.loops.serverFile(loop.record.id, "agent.log")).text().catch(String)
          const ends = [JSON.stringify(events.slice(-4)).slice(0, 3000), ...log.slice(-15), said.slice(-2000)]
          throw new Error(`never: ${what}\n${ends.join("\n")}`)
        }
        await Bun.sleep(20)
      }
    },
    box(loop) {
      const box = sandboxes.running(loop.record.id)
      if (!box) throw new Error("no box runs")
      return box
    },
    async restart(how) {
      if (how === "stopped") await agent[Symbol.asyncDispose]()
      // From here on nothing that the old server does reaches a file, a model or the sandbox.
      dead = true
      if (how === "killed-with-container") for (const id of known()) await sandboxes.remove(id)
      await sandboxes[Symbol.asyncDispose]()
      const next = await open(place, agentNeeds)
      const adopted = await next.sandboxes.adopt((loop: LoopId) => next.world.loops.sandboxSpec(loop))
      await next.agent.recover(adopted)
      return next
    },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      if (dead) return
      for (const id of known()) await sandboxes.remove(id)
      await background[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      await processes[Symbol.asyncDispose]()
      await place.folder[Symbol.asyncDispose]()
    },
  }
  return real
}

const scriptedGateway: AgentNeeds["gateway"] = {
  pick: async () => ({
    kind: "usable",
    source: "builtin",
    provider: "script",
    model: "script",
    window: 200_000,
    demo: false,
  }),
  lastFailure: () => undefined,
  serve: async () => new Response(null, { status: 404 }),
  usageOfTurn: async () => ({ requests: 1, input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }),
  usageOfLoop: async () => ({ requests: 1, input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }),
}
