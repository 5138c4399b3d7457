import type { ProviderFormView, ProviderRowView, ProviderTestView } from "../../views/props/settings.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { defaultBaseUrl, type Preset } from "../settings/index.ts"
import { demoModel, demoName } from "./candidates.ts"
import type { Flaws, ProviderForm } from "./provider-draft.ts"
import type { TestOutcome } from "./provider-test.ts"
import type { ChangeOutcome, ListedProvider, ProviderList } from "./providers.ts"
import { failureSentence } from "./words.ts"

const keyStates = { key: "set", "not-needed": "none", none: "unset", missing: "unset" } as const

export function rowViews({ providers, demo }: ProviderList, isAdmin: boolean): ProviderRowView[] {
  const rows = providers.map((listed) => rowView(listed, isAdmin))
  if (!demo.allowed) return rows
  const builtin = { source: "builtin", name: demoName, address: "", key: "none", editable: false } as const
  return [...rows, { ...builtin, models: [demoModel.model], enabled: true, isDefault: demo.isDefault }]
}

function rowView({ provider, key, isDefault }: ListedProvider, isAdmin: boolean): ProviderRowView {
  const { source, name, baseUrl, models, enabled } = provider
  return {
    ...{ source, name, enabled, isDefault, address: baseUrl, key: keyStates[key] },
    models: models.filter((model) => model.enabled).map(({ id }) => id),
    editable: source === "personal" || isAdmin,
  }
}

export function testView(outcome: TestOutcome, locale: Locale): ProviderTestView {
  if (outcome.kind === "answered") return { ok: true, ms: outcome.ms }
  const { failure } = outcome
  const detail = [failure.status === 0 ? "" : `HTTP ${failure.status}`, failure.detail].filter(Boolean).join(" · ")
  return { ok: false, sentence: failureSentence(failure, locale), ...(detail && { detail }) }
}

type FormValues = ProviderFormView["values"]

export function valuesOfProvider({ provider, isDefault }: ListedProvider): FormValues {
  const { source, name, baseUrl, auth, models, enabled } = provider
  return { source, name, auth, enabled, isDefault, address: baseUrl, models: models.map(({ id }) => id).join("\n") }
}

/** A new one starts from a preset, or from nothing. */
export function valuesOfPreset(preset: Preset | undefined): FormValues {
  return {
    source: "personal",
    name: preset?.label ?? "",
    address: preset?.baseUrl ?? defaultBaseUrl,
    auth: preset?.auth ?? "x-api-key",
    models: (preset?.models ?? []).map(({ id }) => id).join("\n"),
    enabled: true,
    isDefault: true,
  }
}

/** What was typed, without the key. */
export function valuesOfForm(form: Partial<ProviderForm>): FormValues {
  const { source = "personal", name = "", address = "", auth = "x-api-key", models = "" } = form
  return {
    source,
    name,
    address,
    auth,
    models,
    enabled: form.enabled !== undefined,
    isDefault: form.default !== undefined,
  }
}

export function flawSentences(flaws: Flaws | Record<string, string>, locale: Locale): FieldErrors {
  const words = settingsWords(locale)
  const sentences: Record<string, string> = {
    "name-invalid": words.nameInvalid,
    "name-taken": words.nameTaken,
    "address-invalid": words.addressInvalid,
    "key-invalid": words.keyInvalid,
    "key-long": words.keyInvalid,
    "key-again": words.keyAgain,
    "key-missing": words.keyMissing,
    "models-missing": words.modelsMissing,
    "models-many": words.modelsMany,
    "models-unknown": words.modelsUnknown,
    gone: words.gone,
  }
  const entries = Object.entries(flaws).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(entries.map(([field, code]) => [field, sentences[code] ?? words.fieldInvalid]))
}

/** Why a change did not happen, as the sentence above a form. */
export function refusalSentence(outcome: Exclude<ChangeOutcome, { kind: "saved" }>, locale: Locale): string {
  const words = settingsWords(locale)
  switch (outcome.kind) {
    case "not-allowed":
      return words.adminOnly
    case "not-found":
      return words.gone
    case "unreadable":
      return words.fileUnreadable({ ...outcome, path: "config.json" })
  }
}
