import type { LoopRecord } from "../loops/index.ts"
import { type Model, parseDefault, type Preset, presetFor, type Price, type Provider } from "../settings/index.ts"

export const demoName = "demo"
export const demoModel = { model: "demo", window: 200_000 } as const
export const demoPrice: Price = { input: 0, output: 0, currency: "USD" }

/** What a request may go to. */
export type Candidate = { kind: "provider"; provider: Provider; model: Model } | { kind: "demo" }

export interface Sources {
  choice?: LoopRecord["choice"]
  personal: readonly Provider[]
  /** `name` or `name/model`. */
  personalDefault?: unknown
  workspace: readonly Provider[]
  workspaceDefault?: unknown
  demo: boolean
}

/**
 * Where a request may go, best first. A loop's choice stands alone; without one: the person's default, the workspace's,
 * then what is enabled. The demo is there while nobody configured anything, and for who wants it by name.
 */
export function candidates(sources: Sources): Candidate[] {
  const { choice, personal, workspace } = sources
  if (choice) return chosen(choice, sources)
  const demo: Candidate[] = sources.demo ? [{ kind: "demo" }] : []
  const all = [
    ...(sources.personalDefault === demoName ? demo : []),
    ...byDefault([...personal, ...workspace], sources.personalDefault),
    ...byDefault([...workspace, ...personal], sources.workspaceDefault),
    ...personal.flatMap((provider) => of(provider)),
    ...workspace.flatMap((provider) => of(provider)),
  ]
  if (personal.length + workspace.length > 0) return all
  return demo
}

function chosen({ source, provider, model }: NonNullable<LoopRecord["choice"]>, sources: Sources): Candidate[] {
  if (source === "builtin") return sources.demo ? [{ kind: "demo" }] : []
  const found = sources[source].find(({ name }) => name === provider)
  return found ? of(found, model) : []
}

function byDefault(providers: readonly Provider[], text: unknown): Candidate[] {
  const wanted = parseDefault(text)
  const found = providers.find(({ name }) => name === wanted?.provider)
  return found ? of(found, wanted?.model) : []
}

/** A model that the provider does not list, or has switched off, is refused and not replaced. */
function of(provider: Provider, wanted?: string): Candidate[] {
  const usable = provider.models.filter(({ enabled }) => enabled)
  const model = wanted === undefined ? usable[0] : usable.find(({ id }) => id === wanted)
  return provider.enabled && model ? [{ kind: "provider", provider, model }] : []
}

const usualWindow = 200_000

/** Tokens of context: as the model says, else its provider, else the preset of that address, else by the name. */
export function windowOf(provider: Provider, model: Model, presets: readonly Preset[]): number {
  const known = presetFor(presets, provider.baseUrl)?.models.find(({ id }) => id === model.id)?.window
  return model.window ?? provider.window ?? known ?? (model.id.endsWith("[1m]") ? 1_000_000 : usualWindow)
}

/** Money per million tokens, if anybody told us. */
export function priceOf(provider: Provider, modelId: string, presets: readonly Preset[]): Price | undefined {
  const own = provider.models.find(({ id }) => id === modelId)?.price ?? provider.price
  return own ?? presetFor(presets, provider.baseUrl)?.models.find(({ id }) => id === modelId)?.price
}

/**
 * The name under which a request goes out. The agent asks for models by names of its own for small tasks and sub-agents;
 * a listed one is meant as it stands, another goes to the model of the same tier, else to the chosen one.
 */
export function mappedModel(asked: unknown, provider: Provider, model: Model): string {
  if (typeof asked !== "string") return model.id
  if (provider.models.some(({ id, enabled }) => enabled && id === asked)) return asked
  const tier = (["haiku", "opus", "sonnet"] as const).find((name) => asked.includes(name))
  return (tier && tier !== model.tier && provider.tierModels[tier]) || model.id
}
