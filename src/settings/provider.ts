import { z } from "zod"
import { parseProviderName, type ProviderName } from "../lib/ids.ts"

/** How a key travels to the provider. `none` is for addresses that ask for no key. */
export const KeyKind = z.enum(["x-api-key", "bearer", "none"])
export type KeyKind = z.infer<typeof KeyKind>

export const tiers = ["opus", "sonnet", "haiku"] as const
export type Tier = (typeof tiers)[number]

/** Money for one million tokens of each kind. */
export const Price = z.looseObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cacheRead: z.number().nonnegative().optional(),
  cacheWrite5m: z.number().nonnegative().optional(),
  cacheWrite1h: z.number().nonnegative().optional(),
  currency: z.string().regex(/^[A-Z]{3}$/),
})
export type Price = z.infer<typeof Price>

export interface Model {
  id: string
  enabled: boolean
  tier?: Tier
  /** Tokens of context. */
  window?: number
  price?: Price
}

/** Where the key of a provider comes from. */
export type KeySource =
  | { kind: "none" }
  /** May hold `${VAR}` any number of times, resolved in the loop's vault. */
  | { kind: "text"; text: string }
  /** Path below the vault's folder. */
  | { kind: "vault-file"; path: string }
  /** In the workspace's own secrets. */
  | { kind: "workspace" }

export interface Provider {
  source: "personal" | "workspace"
  name: ProviderName
  baseUrl: string
  models: Model[]
  enabled: boolean
  auth: KeyKind
  key: KeySource
  /** Tokens of context, where a model does not say. */
  window?: number
  price?: Price
  tierModels: Partial<Record<Tier, string>>
  /** Model for sub-agents. */
  agentModel?: string
}

export const defaultBaseUrl = "https://api.anthropic.com"

const ModelEntry = z.union([
  z
    .string()
    .min(1)
    .transform((id) => ({ id })),
  z.looseObject({
    id: z.string().min(1),
    enabled: z.boolean().optional(),
    tier: z.enum(tiers).optional(),
    maxContextTokens: z.number().int().positive().optional(),
    price: Price.optional(),
  }),
])

/** One entry of `providers`, format description A3. Unknown keys stay. */
export const ProviderEntry = z.looseObject({
  model: z.string().min(1).optional(),
  models: z.array(ModelEntry).optional(),
  baseUrl: z.string().optional(),
  apiKey: z.union([z.string(), z.looseObject({ vault: z.string() })]).optional(),
  enabled: z.boolean().optional(),
  maxContextTokens: z.number().int().positive().optional(),
  opus_model: z.string().optional(),
  sonnet_model: z.string().optional(),
  haiku_model: z.string().optional(),
  agent_model: z.string().optional(),
  auth: KeyKind.optional(),
  price: Price.optional(),
})
export type ProviderEntry = z.infer<typeof ProviderEntry>

/** The entries of a `providers` map in their order. `default` is a choice, not a provider; what does not parse is named. */
export function readProviders(
  map: Record<string, unknown>,
  source: Provider["source"],
): { providers: Provider[]; broken: string[] } {
  const providers: Provider[] = []
  const broken: string[] = []
  for (const [key, value] of Object.entries(map)) {
    if (key === "default") continue
    const name = parseProviderName(key)
    const entry = ProviderEntry.safeParse(value)
    if (name && entry.success) providers.push(toProvider(name, entry.data, source))
    else broken.push(key)
  }
  return { providers, broken }
}

function toProvider(name: ProviderName, entry: ProviderEntry, source: Provider["source"]): Provider {
  const named = { opus: entry.opus_model, sonnet: entry.sonnet_model, haiku: entry.haiku_model }
  const models = (entry.models ?? (entry.model ? [{ id: entry.model }] : [])).map(toModel)
  return {
    source,
    name,
    baseUrl: entry.baseUrl || defaultBaseUrl,
    models,
    enabled: entry.enabled ?? true,
    auth: entry.auth ?? "x-api-key",
    key: keySource(entry, source),
    window: entry.maxContextTokens,
    price: entry.price,
    tierModels: Object.fromEntries(
      tiers.flatMap((tier) => {
        const id = named[tier] || models.find((model) => model.tier === tier)?.id
        return id ? [[tier, id]] : []
      }),
    ),
    agentModel: entry.agent_model || undefined,
  }
}

function toModel(entry: z.infer<typeof ModelEntry>): Model {
  if (!("enabled" in entry || "tier" in entry || "maxContextTokens" in entry || "price" in entry)) {
    return { id: entry.id, enabled: true }
  }
  const { id, enabled, tier, maxContextTokens, price } = entry
  return { id, enabled: enabled ?? true, tier, window: maxContextTokens, price }
}

function keySource(entry: ProviderEntry, source: Provider["source"]): KeySource {
  if (source === "workspace") return { kind: "workspace" }
  if (typeof entry.apiKey === "object") return { kind: "vault-file", path: entry.apiKey.vault }
  return entry.apiKey ? { kind: "text", text: entry.apiKey } : { kind: "none" }
}

/** `name` or `name/model`, split at the first slash: a model id may hold more of them. */
export function parseDefault(text: unknown): { provider: ProviderName; model?: string } | undefined {
  if (typeof text !== "string") return undefined
  const slash = text.indexOf("/")
  const provider = parseProviderName(slash < 0 ? text : text.slice(0, slash))
  const model = slash < 0 ? "" : text.slice(slash + 1)
  return provider && { provider, ...(model && { model }) }
}

/** Names in `${…}` of a key's text, in their order, each once. */
export function variablesOf(key: KeySource): string[] {
  if (key.kind !== "text") return []
  return [...new Set([...key.text.matchAll(variable)].map(([, name = ""]) => name))]
}

export const variable = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g
