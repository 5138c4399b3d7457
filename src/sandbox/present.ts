import type { BuildView, FindingView, ImageRunView, TriedSourceView } from "../../views/props/system.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { systemWords } from "../lib/i18n/system.ts"
import { urls } from "../lib/urls.ts"
import { idCount } from "./args.ts"
import type { ImageHealth, ImageTry, Obstacle } from "./contract.ts"
import type { Finding } from "./findings.ts"

type Words = ReturnType<typeof systemWords>

/** Lines of a build's log that stand on a page; the whole is for downloading. */
const shownLines = 200
const shownOf = (log: readonly string[]) => log.slice(-shownLines)

export function findingView(finding: Finding, locale: Locale): FindingView {
  const words = systemWords(locale)
  const { id, state } = finding
  const titles = {
    podman: words.podman,
    ids: words.ids,
    network: words.network,
    limits: words.limits,
    agent: words.agentProgram,
    image: words.image,
  }
  const said = "obstacle" in finding ? obstacleWords(finding.obstacle, words) : wordsOf(finding, words)
  return { id, state, title: titles[id], ...said }
}

type Said = Pick<FindingView, "sentence" | "remedy" | "command" | "detail">

function obstacleWords({ code, detail, command }: Obstacle, words: Words): Said {
  return { sentence: words.obstacle(code), remedy: words.remedy(code), detail, ...(command && { command }) }
}

function wordsOf(finding: Exclude<Finding, { obstacle: Obstacle }>, words: Words): Said {
  if (finding.state === "waiting") {
    const unknown = { podman: words.podmanUnknown, ids: words.idsUnknown, agent: words.agentUnknown }
    return { sentence: finding.id === "image" ? words.imageWaits : unknown[finding.id] }
  }
  switch (finding.id) {
    case "podman":
      return { sentence: (finding.rootless ? words.podmanOk : words.podmanRoot)(finding.version) }
    case "ids":
      return { sentence: idsSentence(finding.firstId, words) }
    case "network":
      return { sentence: words.networkOk }
    case "limits":
      return limitsWords(finding.unlimited, words)
    case "agent":
      return { sentence: agentSentence(finding, words) }
    case "image":
      return {
        sentence: { ok: words.imageReady, working: words.imageBuilding, blocking: words.imageFailed }[finding.state],
      }
  }
}

function idsSentence(firstId: number | undefined, words: Words): string {
  return firstId === undefined ? words.idsOwn : words.idsRange(`${firstId}`, `${firstId + idCount - 1}`)
}

function limitsWords(unlimited: readonly string[], words: Words): Said {
  if (unlimited.length === 0) return { sentence: words.limitsOk }
  return { sentence: words.limitsMissing(unlimited.map(words.limitNames).join(", ")), remedy: words.limitsRemedy }
}

function agentSentence(agent: Extract<Finding, { id: "agent"; state: "ok" | "working" }>, words: Words): string {
  if (!("proof" in agent)) return words.agentFetching("version" in agent ? (agent.version ?? "") : "")
  return agent.proof === "given" ? words.agentGiven(agent.path) : words.agentVerified(agent.version ?? "")
}

/** How the base image comes about, in the words of whoever looks. */
export function imageRunView(image: ImageHealth, locale: Locale): ImageRunView {
  const words = systemWords(locale)
  if (image.state === "waiting") return { state: "waiting", reduced: false, quiet: false, tried: [], lines: [] }
  const lines = shownOf(image.log)
  const common = {
    ...{ reduced: false, quiet: false, lines },
    tried: image.tries.flatMap((one) => triedView(one, words)),
    ...(lines.length > 0 && { logUrl: urls.imageLog }),
  }
  switch (image.state) {
    case "failed":
      return { state: "failed", ...common, ...aloneView(image, words) }
    case "ready":
      return { state: "ready", ...common, ...readyView(image, words) }
    case "building":
      return { state: "building", ...common, ...buildingView(image, words) }
  }
}

type In<S extends ImageHealth["state"]> = Extract<ImageHealth, { state: S }>

function readyView({ id, madeAt, took, tag, ...image }: In<"ready">, words: Words) {
  return {
    tag,
    reduced: image.source === "host",
    ...sourceView(image, words),
    ...(madeAt !== undefined && { madeAt }),
    ...(took !== undefined && { took }),
    ...(id && { id: id.replace(/^sha256:/, "").slice(0, 12) }),
  }
}

function buildingView({ tries, ...building }: In<"building">, words: Words) {
  const current = tries.at(-1)
  return {
    ...buildView(building, ({ name }) => words.step(name)),
    ...(current && sourceView(current, words)),
  }
}

interface Build<S> {
  startedAt: number
  step?: S | undefined
  quietSince?: number | undefined
  lastTook?: number | undefined
  log: readonly string[]
}

/** How far an image is, with the words of its steps. */
export function buildView<S extends { number: number; of: number; at: number }>(
  { startedAt, step, quietSince, lastTook, log }: Build<S>,
  textOf: (step: S) => string,
): BuildView {
  return {
    startedAt,
    quiet: quietSince !== undefined,
    lines: shownOf(log),
    ...(step && { step: { text: textOf(step), number: step.number, of: step.of, since: step.at } }),
    ...(lastTook !== undefined && { lastTook }),
  }
}

const sourceView = ({ source, from }: ImageTry, words: Words) => ({
  source: words.source(source),
  ...(from && { from }),
})

function triedView({ source, from, fault }: ImageTry, words: Words): TriedSourceView[] {
  if (!fault) return []
  const { code, detail, command } = fault
  const named = { source: words.source(source), ...(from && { from }) }
  return [{ ...named, sentence: words.fault(code), detail, ...(command && { command }) }]
}

/** A failure before any source was asked still has its reason. */
function aloneView({ tries, fault }: In<"failed">, words: Words) {
  if (tries.length > 0) return {}
  return { tried: [{ source: words.image, sentence: words.fault(fault.code), detail: fault.detail }] }
}
