import { join } from "node:path"
import { type AccountNews, createAccounts, recheckOnNews } from "../accounts/index.ts"
import { createAgent, createClaude } from "../agent/index.ts"
import { createGateway, createProviderPages, type GatewayNews, nextModel } from "../gateway/index.ts"
import { createContext } from "../context/index.ts"
import { createBackups, createChanges, createKeeping, createTurnKeeping } from "../changes/index.ts"
import { createFiles } from "../files/index.ts"
import {
  type AgentNews,
  createContextUpkeep,
  createLoops,
  createWorkbench,
  followProposals,
  type LoopNews,
  type LoopsNeeds,
  loopsRoutes,
  sightRoutes,
} from "../loops/index.ts"
import { gatewayPort } from "../lib/git-address.ts"
import type { LoopId, UserName } from "../lib/ids.ts"
import { createBackground } from "../platform/background.ts"
import { createEvents } from "../platform/events.ts"
import { countOpenFiles } from "../platform/disk/open-files.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { createTally } from "../platform/http/tally.ts"
import { targetOf } from "../platform/http/target.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { createHub } from "../platform/sse/hub.ts"
import { createClientAddress } from "../platform/http/address.ts"
import { createPreview, type PreviewDoor } from "../preview/index.ts"
import { createSandboxes } from "../sandbox/index.ts"
import { createSettings, type Settings } from "../settings/index.ts"
import { createTerminal } from "../terminal/index.ts"
import { vaultFiles } from "./vault-files.ts"
import { createVault } from "../vault/index.ts"
import { adminRoutes } from "./admin-routes.ts"
import type { AppNeeds, Opened } from "./app.ts"
import { readAssets } from "./assets.ts"
import { builtinPlugin, createBundle } from "./bundle.ts"
import {
  agentTimes,
  appOrigins,
  committer,
  containerIdleMs,
  isExposed,
  isSecure,
  loopDefaults,
  previewOptions,
  sandboxHost,
  sandboxSettings,
  socketsFolder,
} from "./defaults.ts"
import { contextRules } from "./context-rules.ts"
import { createDocuments } from "./documents.ts"
import { createDoor } from "./door.ts"
import { clearHalfWritten } from "./half-written.ts"
import { gitRoutes } from "./git-routes.ts"
import { createGivingWay } from "./giving-way.ts"
import { serveInside } from "./inside-door.ts"
import { loopOrigins, loopRules, recheckWithLoops, sendBackWith } from "./loop-rules.ts"
import { auditMoves, openRepositories } from "./repositories.ts"
import { loopUpkeep, sandboxRules } from "./sandbox-rules.ts"
import { savingWork, workInside } from "./work-inside.ts"

type News = AccountNews & LoopNews & AgentNews & GatewayNews

/** Puts the program together. Reads like a table of contents; sandboxes get ready in the background, loops go on with `begin`. */
export async function createApp(needs: AppNeeds): Promise<Opened> {
  const bundle = createBundle(needs.program.root)
  const settings = await createSettings({
    ...needs,
    home: needs.options.home,
    presets: await bundle.text("templates/presets.json"),
  })
  if (settings.kind === "newer")
    return {
      kind: "newer",
      problem: `${settings.path} has version ${settings.version}; this program knows ${settings.known}. Use the newer program.`,
    }
  if (settings.kind === "unreadable")
    return {
      kind: "unreadable",
      problem: `${settings.path}:${settings.line}:${settings.column}: ${settings.why}. Repair that line; nothing was changed.`,
    }
  return { kind: "opened", app: await assemble(needs, settings.settings, bundle) }
}

const pagesFirstMs = 250

async function assemble(needs: AppNeeds, settings: Settings, bundle: ReturnType<typeof createBundle>) {
  const { options, machine, disk, clock, ids, log } = needs
  const { home } = options
  const workspace = settings.workspace()
  const shared = { disk, home, clock, ids, log }

  const events = createEvents<News>(log)
  const hub = createHub()
  const background = createBackground(log)
  const processes = createProcesses(machine.environment)
  const vault = createVault({ disk, home, settings })
  const isAdmin = (user: UserName) => accounts.people.get(user)?.role === "admin"
  const isWatched = () => accounts.isAnybodyIn()
  const people = () => accounts.people
  const opened = openRepositories({ ...shared, background, bundle, processes, settings, isAdmin, isWatched, people })
  const { repos, shelves, proposals: proposalsOf, contexts, gitHost, teamTools, outside, code, reading } = opened
  // Whatever may refuse the start comes before what starts programs.
  const accounts = await createAccounts({
    ...shared,
    background,
    events,
    secure: isSecure(options),
    exposed: isExposed(options),
    commonPasswords: await bundle.text("templates/common-passwords.txt"),
    contextWords: () => [settings.workspace().name, machine.hostname],
    nameWorkspace: async (name) => void (await settings.changeWorkspace((current) => ({ ...current, name }))),
    onActivated: (user) => disk.makeFolder(join(home, "personal", user)),
    document: (visitor, title) => documents.document(visitor, title),
  })
  auditMoves(shelves, background, accounts.audit)
  const note = ({ name: actor, login }: SignedIn, action: string, object?: string) =>
    accounts.audit.write({ actor, via: "web", login, action, object, outcome: "ok" })
  const noteLoop: LoopsNeeds["note"] = ({ name: actor, login }, action, { loop, why }) =>
    accounts.audit.write({ actor, via: "web", login, action, object: loop, outcome: "ok", why })
  const isUsed = async (loop: LoopId) =>
    preview.isUsed(loop) || agent.runsCommand(loop) || (await terminal.isBusy(loop))
  const sandboxes = createSandboxes({
    ...shared,
    processes,
    background,
    workspace: workspace.id,
    runtimeFolder: join(home, "runtime"),
    socketsFolder: socketsFolder(needs, workspace),
    settings: sandboxSettings(options, workspace),
    baseImage: async () => (await settings.freshWorkspace()).sandbox.baseImage,
    host: sandboxHost(needs),
    plugin: await builtinPlugin(bundle),
    serveGateway: (loop, request) => serveInside({ loops, gateway, gitHost }, loop, request),
    ...sandboxRules({ settings, background, isUsed, loops: () => loops, teamTools }),
    vaultFiles: vaultFiles({ vault, background, loops: () => loops, audit: accounts.audit.write }),
  })
  const loops = createLoops({
    ...shared,
    ...{ events, hub, background, repos, contexts },
    ...{ sandboxes, isAdmin, ...(await loopOrigins(bundle, shared)) },
    ...loopRules(settings),
    identity: async (user) => committer(accounts.people.get(user), user),
    inspectWork: workInside({ ...shared, sandboxes, vault, loops: () => loops }),
    endWork: (loop, why) => agent.endWork(loop, why),
    note: noteLoop,
  })
  followProposals({ loops, shelves, background })
  const gateway = createGateway({ ...shared, settings, vault, loops, events })
  const givingWay = createGivingWay({ events, clock, running: sandboxes.running })
  const keeping = { ...shared, loops, events, background, running: givingWay }
  const turnKeeping = createTurnKeeping(keeping)
  createBackups(keeping)
  const contextUpkeep = createContextUpkeep({ ...keeping, shelves, repos })
  const agent = createAgent({
    ...shared,
    ...{ loops, sandboxes, gateway, hub, events, background },
    host: createClaude(),
    secretsOf: ({ driver, vault: name }) => vault.scrubbable(driver, name),
    isUsed,
    inside: (loop, work) => workbench.write(loop, work),
    sharesTerminal: (loop) => terminal.isShared(loop),
    isFull: (loop) => upkeep.isFull(loop),
    beforeTool: turnKeeping.begun,
    beforeStart: contextUpkeep.freshen,
    autoName: () => settings.workspace().agent.autoName,
    doctrine: await bundle.text("templates/doctrine/CLAUDE.md"),
    times: agentTimes(options, workspace),
  })

  const upkeep = loopUpkeep({ settings, loops, sandboxes, agent, clock, background, events })
  const assets = await readAssets(bundle, needs.program.assets)
  const documents = createDocuments({
    clock,
    assets: assets.urls,
    workspaceName: () => settings.workspace().name,
    needsYou: loops.needsYou,
    recent: loops.recent,
  })
  const rights = createLiveRights({ clock, log, isAlive: accounts.isAlive })
  recheckOnNews(events, rights)
  recheckWithLoops({ events, background, rights })
  const frame = documents.frame
  const workbench = createWorkbench({ loops, sandboxes, clock, frame, header: agent.header })
  const terminal = createTerminal({ ...shared, loops, sandboxes, workbench, events, background })
  let origins: readonly string[] = []
  const preview: PreviewDoor = createPreview({
    ...shared,
    ...{ loops, sandboxes, workbench, events, background },
    options: previewOptions(options),
    clientAddress: createClientAddress(options.trustedProxies),
    appOrigins: () => origins,
    isAlive: accounts.isAlive,
    isAdmin,
    links: {
      allowed: () => settings.workspace().previews.links,
      allow: (links) =>
        settings.changeWorkspace((current) => ({ ...current, previews: { ...current.previews, links } })),
    },
    workspaceName: () => settings.workspace().name,
    style: () => assets.serve(assets.urls.style.split("/").at(-1) ?? "", new Request("http://preview.invalid/")),
    closedPort: gatewayPort,
    ...(needs.patienceS !== undefined && { patienceS: needs.patienceS }),
    idleMs: containerIdleMs(options, workspace.sandbox),
    note,
  })
  events.on("login.ended", preview.recheck)
  events.on("user.changed", preview.recheck)
  const turns = new Map<string, number>()
  events.on("turn.finished", ({ outcome }) => turns.set(outcome, (turns.get(outcome) ?? 0) + 1))
  let cancelBeginning: (() => void) | undefined
  const beginning = { [Symbol.dispose]: () => cancelBeginning?.() }
  return createDoor(needs, {
    tally: createTally(),
    metrics: { token: needs.metricsToken, disk, processes, hub, rights, turns, openFiles: countOpenFiles },
    ...{ accounts, assets, documents, sandboxes, loops },
    workspaceName: () => settings.workspace().name,
    mount(root, showProblem) {
      const pages = { ...shared, rights, frame, showProblem, loops }
      root.use(accounts.routes(pages))
      root.use(
        loopsRoutes({
          ...pages,
          live: loops.live,
          repos,
          saveWork: savingWork({ ...shared, loops, workbench, vault, note: noteLoop }),
          defaults: async (user) => loopDefaults(settings, user),
          nextModel: (user) => nextModel({ settings, vault }, user),
        }),
      )
      root.use(
        sightRoutes({
          ...pages,
          ...{ sandboxes, workbench, background },
          sandbox: () => settings.workspace().sandbox,
          ...{ entries: vault.entries, homeFiles: vault.homeFiles },
        }),
      )
      const { people } = accounts
      const proposals = proposalsOf({ loops, vault, people })
      const context = { shelves, proposals, background, editor: assets.editor, ...contextRules({ settings, people }) }
      root.use(createContext({ ...pages, ...context, code, reading, sendBack: sendBackWith(agent, loops) }).routes)
      root.use(agent.routes({ ...pages, lists: loops.live }))
      const panel = { ...pages, workbench, background, lists: loops.live }
      root.use(createChanges({ ...panel, send: agent.work.send }).routes)
      root.use(createFiles({ ...panel, editor: assets.editor, keeping: createKeeping(pages) }).routes)
      root.use(terminal.routes({ ...pages, lists: loops.live, assets: assets.terminal, once: agent.runOnce }))
      root.use(preview.routes({ ...pages, document: documents.document }))
      root.use(gitRoutes({ gitHost, accounts, clock }))
      const origin = (request: Request) => options.publicUrl?.origin ?? targetOf(request).origin
      const admins = { vault, shelves, settings, sandboxes, background, isAdmin, outside, origin, accounts }
      root.use(adminRoutes({ ...pages, ...admins }))
      root.use(
        createProviderPages({
          ...pages,
          settings,
          vault,
          environmentKey: needs.environmentKey,
          document: documents.document,
          audit: accounts.audit.write,
        }),
      )
    },
    listening(port) {
      origins = appOrigins(options, port)
    },
    begin() {
      loops.start()
      // Pages come first: no program is started before the first of them could be served.
      cancelBeginning = clock.after(pagesFirstMs, () => {
        sandboxes.begin()
        upkeep.begin()
        preview.begin()
        outside.begin()
        background.run("remove half-written files", () => clearHalfWritten(disk, home))
        background.run("attach to what still runs and go on", () => recover())
      })
    },
    end: [
      ...[beginning, upkeep, outside, rights, preview, terminal, agent, sandboxes, gateway],
      ...[background, loops, reading, shelves, processes],
    ],
  })

  async function recover(): Promise<void> {
    const adopted = await sandboxes
      .adopt((loop) => loops.sandboxSpec(loop))
      .catch((error: unknown) => {
        log.error("could not look for sandboxes of an earlier server", { error })
        return []
      })
    terminal.ready()
    await agent.recover(adopted)
  }
}
