import { Elysia } from "elysia"
import { z } from "zod"
import { InsideNow, SightPage } from "../../views/pages/sight.tsx"
import { Replace } from "../../views/partials.tsx"
import type { FieldErrors } from "../../views/props/reader.ts"
import type { InsideView, SightView } from "../../views/props/sight.ts"
import { targets } from "../../views/targets.ts"
import type { UserName, VaultName } from "../lib/ids.ts"
import { sightWords } from "../lib/i18n/sight.ts"
import { strictnessWords } from "../lib/i18n/strictness.ts"
import { paths, urls } from "../lib/urls.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { LinkFailed, type Sandboxes } from "../sandbox/index.ts"
import type { VaultEntry } from "../vault/index.ts"
import type { DrivenLoop, ViewedLoop } from "./contract.ts"
import type { LoopsDoor } from "./index.ts"
import { type InsideLook, lookInside } from "./inside.ts"
import { refuse } from "./loop-routes.tsx"
import type { WorkspaceLimits } from "./limits.ts"
import { networkRoutes } from "./network-routes.tsx"
import { stricter, type WorkspaceNetwork } from "./outbound.ts"
import type { LoopRecord } from "./record.ts"
import { pullRoutes } from "./pull-routes.ts"
import { asDriver, asDriverWith, asViewer } from "./replies.tsx"
import { type HomeNames, insideView, type Sight, sightSections } from "./sight-present.ts"
import { ownHostsView, ownLimitsView, strictnessView } from "./sight-own.ts"
import type { Walls } from "./strictness.ts"
import { strictnessRoutes } from "./strictness-routes.tsx"
import { mayWrite, type Workbench } from "./workbench.ts"

export interface SightNeeds {
  loops: Pick<
    LoopsDoor,
    | "forViewer"
    | "forDriver"
    | "record"
    | "sandboxSpec"
    | "versions"
    | "pull"
    | "stopSandbox"
    | "allowHost"
    | "forgetHost"
    | "setLimits"
    | "setStrictness"
  >
  sandboxes: Pick<Sandboxes, "start" | "running" | "describe" | "isStale" | "tryToolsAgain" | "toolVersions">
  background: Pick<Background, "run">
  workbench: Workbench
  sandbox(): WorkspaceLimits & {
    hardening: Walls["hardening"]
    nested: Walls["nested"]
    network: WorkspaceNetwork & { blockRanges: readonly string[] }
  }
  /** Names of what is in a vault, never values. */
  entries(user: UserName, vault: VaultName): Promise<VaultEntry[]>
  /** The files that it hands into the home, of which only the names are used. */
  homeFiles(user: UserName, vault: VaultName): Promise<HomeNames>
  clock: Clock
  showProblem: ShowProblem
}

/** What one loop can see: the page, the look inside, and what its driver changes there. */
export function sightRoutes(needs: SightNeeds) {
  return new Elysia({ name: "sight" })
    .get(paths.loopSandbox, ({ request, params: { id }, query: { look, done } }) =>
      asViewer(needs, { request, id }, (loop) =>
        showSight(needs, { request, loop }, { look: look !== undefined, done }),
      ),
    )
    .get(paths.loopSandboxInside, ({ request, params: { id } }) =>
      asViewer(needs, { request, id }, async (loop) => {
        if (!isFragment(request)) return redirectTo(urls.loopSandbox(id, { look: 1 }), request)
        const inside = await insideOf(needs, request, loop)
        const reader = { locale: visitorOf(request).locale, now: needs.clock.now() }
        return htmlFragment(
          <Replace target={targets.inside}>
            <InsideNow inside={inside} reader={reader} />
          </Replace>,
        )
      }),
    )
    .post(
      paths.loopSandboxRestart,
      async ({ request, params: { id } }) => {
        const outcome = await needs.loops.stopSandbox(id, userOf(request))
        if (outcome.kind !== "done") return refuse(needs, request, outcome)
        startAgain(needs, outcome.record)
        return redirectTo(urls.loopSandbox(id, { done: "restarted" }), request)
      },
      raw,
    )
    .post(paths.loopToolsAgain, ({ request, params: { id } }) =>
      asDriver(needs, { request, id }, async ({ record }) => {
        await needs.sandboxes.tryToolsAgain(record.id)
        return redirectTo(urls.loop(record.id), request)
      }),
    )
    .post(
      paths.loopLimits,
      ({ request, params: { id } }) =>
        asDriverWith(needs, { request, id, form: LimitsForm }, (typed, loop) =>
          setLimits(needs, { request, loop }, typed),
        ),
      raw,
    )
    .use(pullRoutes({ ...needs, showSaid: (visit, said, status) => showSight(needs, visit, { said, status }) }))
    .use(networkRoutes({ ...needs, showAgain: (visit, kept) => showSight(needs, visit, { kept }) }))
    .use(strictnessRoutes({ ...needs, showRefused: (visit, refused) => showSight(needs, visit, { refused }) }))
}

/** Not awaited: a start may wait for an image. */
function startAgain({ loops, sandboxes, background }: SightNeeds, { id, state }: LoopRecord): void {
  if (state.kind !== "driven") return
  background.run("start a loop's sandbox again", async () => {
    const spec = await loops.sandboxSpec(id)
    if (spec) await sandboxes.start(spec)
  })
}

const LimitsForm = z.object({ cpus: z.string().max(20).default(""), memory: z.string().max(20).default("") })

async function setLimits(
  needs: SightNeeds,
  visit: { request: Request; loop: DrivenLoop },
  typed: { cpus: string; memory: string },
): Promise<Response> {
  const { request, loop } = visit
  const words = sightWords(visitorOf(request).locale)
  const outcome = await needs.loops.setLimits(loop, userOf(request), typed)
  switch (outcome.kind) {
    case "done":
      return redirectTo(urls.loopSandbox(loop.record.id, { done: "limits" }), request)
    case "not-permitted":
      return showSight(needs, visit, { refused: words.limitsNotPermitted })
    case "not-a-number":
      return showSight(needs, visit, { limits: { ...typed, errors: { cpus: words.notANumber } } })
    case "not-a-size":
      return showSight(needs, visit, { limits: { ...typed, errors: { memory: words.notASize } } })
    case "too-much":
      return showSight(needs, visit, {
        limits: { ...typed, errors: { memory: words.tooMuch(String(outcome.cpus), outcome.memory) } },
      })
  }
}

interface Visit {
  request: Request
  loop: ViewedLoop
}

interface Kept {
  typed: string
  error?: string
}

interface Shown {
  limits?: { cpus: string; memory: string; errors: FieldErrors }
  /** Said in the place of news, of a form that is not there. */
  refused?: string
  /** What came of a deed, and how it is answered. */
  said?: string
  status?: number
  look?: boolean
  done?: string | undefined
  kept?: Kept
}

async function showSight(needs: SightNeeds, { request, loop }: Visit, shown: Shown) {
  const { look, done, kept = { typed: "" } } = shown
  const { locale } = visitorOf(request)
  const words = sightWords(locale)
  const news = new Map([
    ["restarted", words.restarted],
    ["limits", words.limitsSet],
    ["strictness", strictnessWords(locale).set],
  ])
  const page = await needs.workbench.page(request, loop, { panel: "sandbox", title: words.sightTitle })
  // What was done just now is not in the loop that the request came with.
  const now =
    shown.said === undefined ? loop : { ...loop, record: (await needs.loops.record(loop.record.id)) ?? loop.record }
  const sight = await sightOf(needs, now)
  const view: SightView = {
    ...page,
    running: needs.sandboxes.running(loop.record.id) !== undefined,
    mayRestart: mayWrite(loop),
    sections: sightSections(sight, locale),
    hosts: ownHostsView(sight, kept),
    strictness: strictnessView(sight, needs.sandbox(), userOf(request)),
    limits: ownLimitsView(sight, needs.sandbox(), shown.limits),
    ...(look === true && { inside: await insideOf(needs, request, loop) }),
    notice: shown.said ?? shown.refused ?? news.get(done ?? ""),
    ...(sight.description === undefined && { missing: words.notHere }),
  }
  return htmlPage(<SightPage page={view} />, { status: shown.status ?? (isRefused(shown) ? 422 : 200) })
}

const isRefused = ({ kept, limits, refused }: Shown) =>
  kept?.error !== undefined || limits !== undefined || refused !== undefined

async function sightOf(
  { loops, sandboxes, sandbox, entries, homeFiles }: SightNeeds,
  loop: ViewedLoop,
): Promise<Sight> {
  const { record, drives } = loop
  const [spec, versions, known, files] = await Promise.all([
    loops.sandboxSpec(record.id),
    loops.versions(record),
    drives ? entries(record.driver, record.vault) : [],
    drives ? homeFiles(record.driver, record.vault) : { files: [], leftOut: [] },
  ])
  const workspace = sandbox().network
  const description = spec && (await sandboxes.describe(spec))
  return {
    loop,
    network: spec?.network ?? stricter(record.network, workspace.mode),
    workspace,
    description,
    versions: versions.filter(({ context }) => drives || context !== "personal"),
    toolVersions: sandboxes.toolVersions(record.id),
    ...{ entries: known, files },
  }
}

async function insideOf(needs: SightNeeds, request: Request, loop: ViewedLoop): Promise<InsideView> {
  const { sandboxes } = needs
  const spec = await needs.loops.sandboxSpec(loop.record.id)
  const [look, description, stale] = await Promise.all([
    whatIsInside(sandboxes, loop, spec?.nested === true),
    spec && sandboxes.describe(spec),
    spec ? sandboxes.isStale(spec) : false,
  ])
  return insideView({ look, description, stale, drives: loop.drives }, visitorOf(request).locale)
}

async function whatIsInside(
  { running }: SightNeeds["sandboxes"],
  { record }: ViewedLoop,
  nested: boolean,
): Promise<InsideLook | "resting" | "failed"> {
  const box = running(record.id)
  if (!box) return "resting"
  try {
    return await lookInside(box, { nested })
  } catch (error) {
    if (error instanceof LinkFailed) return "failed"
    throw error
  }
}
