import { z } from "zod"
import type { Preset } from "../settings/index.ts"
import type { Clock } from "../platform/clock.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import type { Secret } from "../platform/secret.ts"
import { type Lookup, placeOf, reach, upstreamUrl } from "./address.ts"
import type { Connect } from "./connect.ts"
import { type ProviderForm, readAddress, readDraft } from "./provider-draft.ts"
import type { Providers, SaveOutcome, Source } from "./providers.ts"

export interface SetUpChoice {
  way: "environment" | "key" | "address" | "demo"
  key: string
  address: string
}

export type SetUpOutcome = SaveOutcome

export interface SetUpNeeds {
  providers: Providers
  environmentKey?: Secret
  clock: Clock
  connect: Connect
  lookup: Lookup
  providerHosts(): readonly string[]
}

/** Makes the provider that a newcomer chose. The demo needs none: it is there while nothing else is. */
export async function chooseProvider(needs: SetUpNeeds, user: SignedIn, choice: SetUpChoice): Promise<SetUpOutcome> {
  switch (choice.way) {
    case "demo":
      return { kind: "saved" }
    case "environment": {
      const key = user.role === "admin" ? needs.environmentKey?.reveal() : undefined
      return key ? saveKey(needs, user, key) : { kind: "flawed", flaws: { form: "key-missing" } }
    }
    case "key":
      return choice.key.trim() ? saveKey(needs, user, choice.key) : { kind: "flawed", flaws: { key: "key-missing" } }
    case "address":
      return saveAddress(needs, user, choice.address)
  }
}

async function saveKey({ providers }: SetUpNeeds, user: SignedIn, key: string): Promise<SetUpOutcome> {
  const preset = providers.presets[0]
  if (!preset) throw new Error("there is no preset to start from")
  return saveForm(providers, user, formOf(preset, { key }))
}

const formOf = (preset: Preset, over: Partial<ProviderForm>): ProviderForm => ({
  source: "personal",
  name: preset.label,
  address: preset.baseUrl,
  key: "",
  auth: preset.auth,
  models: preset.models.map(({ id }) => id).join("\n"),
  enabled: "yes",
  default: "yes",
  ...over,
})

/** An admin's word opens a private address for everyone; what somebody else enters waits for one. */
async function saveAddress(needs: SetUpNeeds, user: SignedIn, address: string): Promise<SetUpOutcome> {
  const url = readAddress(address)
  if (!url) return { kind: "flawed", flaws: { address: "address-invalid" } }
  const { providers } = needs
  const preset = providers.presets.find(({ baseUrl }) => baseUrl !== "" && URL.parse(baseUrl)?.host === url.host)
  const source: Source = user.role === "admin" ? "workspace" : "personal"
  const models = await modelsAt(needs, url, user.role === "admin" ? [placeOf(url)] : [])
  if (models.length === 0) return { kind: "flawed", flaws: { address: "models-unknown" } }
  const name = preset?.label ?? url.hostname.replace(/^\[|\]$/g, "").replaceAll(":", "-")
  const without = { key: "", auth: "none", enabled: "yes", default: "yes" } as const
  return saveForm(providers, user, { ...without, source, name, address, models: models.join("\n") })
}

async function saveForm(providers: Providers, user: SignedIn, form: ProviderForm): Promise<SetUpOutcome> {
  const { source } = form
  const read = readDraft(form)
  if (read.kind === "flawed") return { kind: "flawed", flaws: read.flaws }
  const existing = (await providers.find(user, source, read.draft.name)) !== undefined
  return providers.save(user, source, { draft: read.draft, existing })
}

const ModelList = z.object({ data: z.array(z.object({ id: z.string().min(1).max(200) })).max(1_000) })
const patienceMs = 5_000
const mostModels = 20

/** The models a server without key offers; none when it cannot be asked. */
async function modelsAt(
  { connect, lookup, clock, providerHosts }: SetUpNeeds,
  base: URL,
  allowed: string[],
): Promise<string[]> {
  const stop = new AbortController()
  const stopWatch = clock.after(patienceMs, () => stop.abort())
  try {
    const url = upstreamUrl(base.href, "/v1/models")
    const reachable = url && (await reach(url, [...providerHosts(), ...allowed], lookup))
    if (!url || reachable?.kind !== "reachable") return []
    const { addresses } = reachable
    const headers = new Headers({ accept: "application/json" })
    const answer = await connect({ url, addresses, method: "GET", headers, body: undefined, signal: stop.signal })
    const list = ModelList.safeParse(await answer.json())
    return list.success ? list.data.data.slice(0, mostModels).map(({ id }) => id) : []
  } catch {
    // Nobody answers there, or not in this language: the same as no models, which the page says.
    return []
  } finally {
    stopWatch()
  }
}
