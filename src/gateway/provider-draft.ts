import { z } from "zod"
import { parseEnvName, parseProviderName, type EnvName, type ProviderName } from "../lib/ids.ts"
import { KeyKind, type Preset, presetFor, type ProviderEntry } from "../settings/index.ts"
import { demoName } from "./candidates.ts"

/** What the form of a provider says, as typed. */
export const ProviderForm = z.object({
  source: z.enum(["personal", "workspace"]).default("personal"),
  name: z.string("missing").default(""),
  address: z.string().max(2_000, "address-invalid").default(""),
  key: z.string().max(10_000, "key-long").default(""),
  auth: KeyKind.default("x-api-key"),
  models: z.string().max(20_000, "models-many").default(""),
  enabled: z.string().optional(),
  default: z.string().optional(),
})
export type ProviderForm = z.infer<typeof ProviderForm>

export interface Draft {
  name: ProviderName
  url: URL
  baseUrl: string
  /** Empty: keep the one that is stored. */
  key: string
  auth: KeyKind
  models: string[]
  enabled: boolean
  isDefault: boolean
}

/** A code per field that cannot be used. */
export type Flaws = Partial<Record<"form" | "name" | "address" | "key" | "models" | "source", string>>

const mostModels = 100
const longestModel = 200
/** A name is also a file's name, which holds 255 bytes. */
const longestNameBytes = 200

export function readDraft(form: ProviderForm): { kind: "draft"; draft: Draft } | { kind: "flawed"; flaws: Flaws } {
  const name = parseProviderName(form.name.trim().normalize("NFC"))
  const url = readAddress(form.address)
  const models = [
    ...new Set(
      form.models
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ]
  const key = form.key.trim()
  const flaws: Flaws = {
    ...(!isUsableName(name) && { name: "name-invalid" }),
    ...(!url && { address: "address-invalid" }),
    ...(/[^\x21-\x7e]/.test(key) && { key: "key-invalid" }),
    ...(models.length === 0 && { models: "models-missing" }),
    ...((models.length > mostModels || models.some((id) => id.length > longestModel)) && { models: "models-many" }),
  }
  if (!name || !url || Object.keys(flaws).length > 0) return { kind: "flawed", flaws }
  const baseUrl = form.address.trim().replace(/\/+$/, "")
  const [enabled, isDefault] = [form.enabled !== undefined, form.default !== undefined]
  return { kind: "draft", draft: { name, url, baseUrl, key, auth: form.auth, models, enabled, isDefault } }
}

const isUsableName = (name: ProviderName | undefined) =>
  name !== undefined && name !== demoName && Buffer.byteLength(name) <= longestNameBytes

/** An http or https address and nothing secret in it. */
export function readAddress(text: string): URL | undefined {
  const url = URL.parse(text.trim())
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return url.username || url.password || url.search || url.hash ? undefined : url
}

/** The entry as it was, with what the form shows put in; nothing that the form does not show is lost. */
export function entryFrom(before: ProviderEntry | undefined, draft: Draft, presets: readonly Preset[]): ProviderEntry {
  const { model: _, ...kept } = before ?? {}
  const known = new Map((before?.models ?? []).map((model) => [model.id, model]))
  const preset = presetFor(presets, draft.baseUrl)
  const models = draft.models.map((id) => {
    const tier = preset?.models.find((model) => model.id === id)?.tier
    return known.get(id) ?? { id, enabled: true, ...(tier && { tier }) }
  })
  const auth = draft.auth !== "x-api-key" || before?.auth !== undefined ? { auth: draft.auth } : {}
  return { ...kept, baseUrl: draft.baseUrl, ...auth, models, enabled: draft.enabled }
}

/** The variable that a new key of this provider is kept in: by its name, and not one of `taken`. */
export function variableFor(name: ProviderName, taken: ReadonlySet<string>): EnvName {
  const stem =
    name
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, 80) || "PROVIDER"
  for (let number = 1; ; number++) {
    const text = `${/^\d/.test(stem) ? "_" : ""}${stem}${number === 1 ? "" : `_${number}`}_API_KEY`
    const env = parseEnvName(text)
    if (env && !taken.has(text.toLowerCase())) return env
  }
}
