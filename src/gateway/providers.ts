import {
  parseDefault,
  type Preset,
  type Provider,
  readProviders,
  type Settings,
  type WorkspaceConfig,
} from "../settings/index.ts"
import { type ProviderName, parseProviderName, type UserName } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { type Lookup, placeOf, reach } from "./address.ts"
import { demoName } from "./candidates.ts"
import type { Target } from "./choose.ts"
import type { ResolvedKey } from "./key.ts"
import type { Draft, Flaws } from "./provider-draft.ts"
import { entryFrom } from "./provider-draft.ts"
import type { KeyPlace, ProviderKeys } from "./provider-keys.ts"
import { ProviderEntry } from "../settings/index.ts"

export type Source = Provider["source"]

export interface ListedProvider {
  provider: Provider
  key: ResolvedKey["kind"]
  /** The next loop of this person thinks with it. */
  isDefault: boolean
}

export interface ProviderList {
  providers: ListedProvider[]
  /** The script is allowed, and whether the next loop would use it. */
  demo: { allowed: boolean; isDefault: boolean }
  /** Names of entries that do not parse. */
  broken: string[]
}

export type SaveOutcome =
  | { kind: "saved"; /** Places that were added to the allowed ones. */ allowed?: string }
  | { kind: "flawed"; flaws: Flaws }
  | { kind: "not-allowed" }
  | { kind: "unreadable"; line: number; column: number; why: string }

export type ChangeOutcome = Exclude<SaveOutcome, { kind: "flawed" }> | { kind: "not-found" }

export interface Providers {
  list(user: SignedIn): Promise<ProviderList>
  find(user: SignedIn, source: string, name: string): Promise<ListedProvider | undefined>
  /** `existing`: change that one; else a new one, whose name must be free. */
  save(user: SignedIn, source: Source, change: { draft: Draft; existing: boolean }): Promise<SaveOutcome>
  remove(user: SignedIn, source: Source, name: ProviderName): Promise<ChangeOutcome>
  /** For the loops of this person; `demo` is the built-in script. */
  makeDefault(user: SignedIn, name: string): Promise<ChangeOutcome>
  readonly presets: readonly Preset[]
}

export interface ProvidersNeeds {
  settings: Settings
  keys: ProviderKeys
  lookup: Lookup
  /** What a new loop of this person would use. */
  next(user: UserName): Promise<Target>
  /** Durable when it resolves; `what` is the provider. */
  audit(user: SignedIn, action: string, what: string): Promise<void>
}

export function createProviders({ settings, keys, lookup, next, audit }: ProvidersNeeds): Providers {
  async function entries(user: UserName, source: Source): Promise<Record<string, unknown>> {
    if (source === "workspace") return (await settings.freshWorkspace()).providers
    const personal = await settings.personal(user)
    return personal.kind === "read" ? (personal.value.providers ?? {}) : {}
  }

  async function list(user: SignedIn): Promise<ProviderList> {
    const target = await next(user.name)
    const read = await Promise.all(
      (["personal", "workspace"] as const).map(async (source) =>
        readProviders(await entries(user.name, source), source),
      ),
    )
    const providers = await Promise.all(
      read
        .flatMap((one) => one.providers)
        .map(async (provider): Promise<ListedProvider> => {
          const chosen = target.kind === "provider" ? target.provider : undefined
          const isDefault = chosen?.source === provider.source && chosen.name === provider.name
          return { provider, key: await keys.state(user.name, provider), isDefault }
        }),
    )
    const demo = { allowed: settings.workspace().agent.demo, isDefault: target.kind === "demo" }
    return { providers, demo, broken: read.flatMap((one) => one.broken) }
  }

  /** Changes the map of providers, and what else the change says, in one write. */
  async function write(user: UserName, source: Source, change: MapChange): Promise<SaveOutcome> {
    const outcome =
      source === "personal"
        ? await settings.changePersonal(user, (config) => {
            const { providers } = change({ providers: config.providers ?? {}, choice: config.providers?.["default"] })
            return { ...config, providers }
          })
        : await settings.changeWorkspace((config) => inWorkspace(config, change))
    return outcome.kind === "unreadable" ? outcome : { kind: "saved" }
  }

  /** The place to allow because an admin saves a workspace provider there; undefined when it needs no word. */
  async function placeToAllow(source: Source, draft: Draft): Promise<string | undefined> {
    if (source !== "workspace") return undefined
    const found = await reach(draft.url, settings.workspace().providerHosts, lookup).catch(() => undefined)
    return found?.kind === "refused" ? placeOf(draft.url) : undefined
  }

  async function save(
    user: SignedIn,
    source: Source,
    { draft, existing }: { draft: Draft; existing: boolean },
  ): Promise<SaveOutcome> {
    if (source === "workspace" && user.role !== "admin") return { kind: "not-allowed" }
    const before = ProviderEntry.safeParse((await entries(user.name, source))[draft.name]).data
    const flaws = await flawsOf(user, source, { draft, existing, before })
    if (flaws) return { kind: "flawed", flaws }
    const place: KeyPlace = { user: user.name, source, name: draft.name, apiKey: before?.apiKey }
    const kept = await keys.put(place, draft.auth === "none" ? "" : draft.key)
    if (kept.kind === "refused") return { kind: "flawed", flaws: { key: "key-invalid" } }
    const entry = entryFrom(
      before,
      { ...draft, enabled: draft.enabled && (await isUsable(user, source, { draft, before })) },
      settings.presets,
    )
    const referred = kept.kind === "referred" ? { apiKey: kept.apiKey } : {}
    const allowed = await placeToAllow(source, draft)
    const outcome = await write(user.name, source, ({ providers, choice, hosts = [] }) => {
      const next = defaultAfter(choice, draft)
      const others = withDefault(providers, source, next)
      const allHosts = allowed ? [...new Set([...hosts, allowed])] : hosts
      return { providers: { ...others, [draft.name]: { ...entry, ...referred } }, choice: next, hosts: allHosts }
    })
    if (outcome.kind !== "saved") return outcome
    await audit(user, draft.key === "" ? "provider.change" : "provider.key", `${source}/${draft.name}`)
    return allowed ? { kind: "saved", allowed } : outcome
  }

  /** Nothing is switched on that has no key. */
  async function isUsable(user: SignedIn, source: Source, { draft, before }: { draft: Draft; before?: ProviderEntry }) {
    if (draft.auth === "none" || draft.key !== "") return true
    return (await keys.state(user.name, providerOf(before, draft, source))) === "key"
  }

  async function flawsOf(
    user: SignedIn,
    source: Source,
    { draft, existing, before }: { draft: Draft; existing: boolean; before: ProviderEntry | undefined },
  ): Promise<Flaws | undefined> {
    if (!existing && Object.hasOwn(await entries(user.name, source), draft.name)) return { name: "name-taken" }
    if (existing && !before) return { form: "gone" }
    // A key goes only to the address it was stored for: a new address asks for the key again.
    const moved = before && new URL(before.baseUrl || draft.baseUrl).origin !== draft.url.origin
    const stored = before ? await keys.state(user.name, providerOf(before, draft, source)) : "none"
    if (moved && draft.auth !== "none" && draft.key === "" && stored === "key") return { key: "key-again" }
    return undefined
  }

  return {
    presets: settings.presets,
    list,
    async find(user, source, name) {
      const { providers } = await list(user)
      return providers.find(({ provider }) => provider.source === source && provider.name === name)
    },
    save,
    async remove(user, source, name) {
      if (source === "workspace" && user.role !== "admin") return { kind: "not-allowed" }
      const all = await entries(user.name, source)
      const entry = ProviderEntry.safeParse(all[name]).data
      if (!Object.hasOwn(all, name)) return { kind: "not-found" }
      const outcome = await write(user.name, source, ({ providers, choice, hosts }) => {
        const { [name]: _, ...others } = providers
        const next = parseDefault(choice)?.provider === name ? undefined : choice
        return { providers: withDefault(others, source, next), choice: next, hosts }
      })
      if (outcome.kind !== "saved") return outcome.kind === "flawed" ? { kind: "not-found" } : outcome
      await keys.forget({ user: user.name, source, name, apiKey: entry?.apiKey })
      await audit(user, "provider.remove", `${source}/${name}`)
      return outcome
    },
    async makeDefault(user, name) {
      const { providers } = await list(user)
      const known = name === demoName || providers.some(({ provider }) => provider.name === name)
      if (!known || (name !== demoName && !parseProviderName(name))) return { kind: "not-found" }
      const outcome = await write(user.name, "personal", (map) => ({
        ...map,
        providers: { ...map.providers, default: name },
      }))
      return outcome.kind === "flawed" ? { kind: "not-found" } : outcome
    },
  }
}

interface ProviderMap {
  providers: Record<string, unknown>
  choice: unknown
  hosts?: string[]
}
type MapChange = (map: ProviderMap) => ProviderMap

function inWorkspace(config: WorkspaceConfig, change: MapChange): WorkspaceConfig {
  const after = change({ providers: config.providers, choice: config.defaultModel, hosts: config.providerHosts })
  const defaultModel = typeof after.choice === "string" ? after.choice : ""
  return { ...config, providers: after.providers, defaultModel, providerHosts: after.hosts ?? config.providerHosts }
}

/** Ticked: this one. Not ticked: whatever it was, unless it was this one. */
function defaultAfter(before: unknown, draft: Draft): unknown {
  const wasThis = parseDefault(before)?.provider === draft.name
  if (draft.isDefault) return wasThis ? before : draft.name
  return wasThis ? undefined : before
}

/** A person's default stands among the providers; the workspace has a setting of its own for it. */
function withDefault(providers: Record<string, unknown>, source: Source, choice: unknown): Record<string, unknown> {
  if (source === "workspace") return providers
  const { default: _, ...others } = providers
  return choice === undefined ? others : { ...others, default: choice }
}

/** The provider as its key would be looked for. */
function providerOf(before: ProviderEntry | undefined, draft: Draft, source: Source): Provider {
  const [provider] = readProviders({ [draft.name]: { ...before, auth: draft.auth } }, source).providers
  if (!provider) throw new Error("an entry that was read before does not parse any more")
  return provider
}
