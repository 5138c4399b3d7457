import type { Secret } from "../platform/secret.ts"
import type { LoopRecord } from "../loops/index.ts"
import { type Model, type Provider, readProviders, type Settings } from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"
import { candidates, demoModel, demoName, windowOf } from "./candidates.ts"
import type { Pick as Picked } from "./contract.ts"
import { resolveKey } from "./key.ts"

/** Where a loop's next request goes, with the key if there is one. */
export type Target =
  | { kind: "provider"; provider: Provider; model: Model; key: Secret | undefined }
  | { kind: "demo" }
  | { kind: "none"; vault: string; missing?: { provider: string; variable: string } }

export type Choose = (record: Pick<LoopRecord, "driver" | "vault" | "choice">) => Promise<Target>

/** Asks settings and vault anew each time: a key that was just added works with the next request. */
export function createChoose(settings: Settings, vault: Vault): Choose {
  return async (record) => {
    const [workspace, personal] = await Promise.all([settings.freshWorkspace(), settings.personal(record.driver)])
    const own = personal.kind === "read" ? (personal.value.providers ?? {}) : {}
    const ordered = candidates({
      choice: record.choice,
      personal: readProviders(own, "personal").providers,
      personalDefault: own["default"],
      workspace: readProviders(workspace.providers, "workspace").providers,
      workspaceDefault: workspace.defaultModel,
      // A configuration that nobody can read may hold providers: the script must not answer in their place.
      demo: workspace.agent.demo && personal.kind === "read",
    })
    let missing: { provider: string; variable: string } | undefined
    for (const candidate of ordered) {
      if (candidate.kind === "demo") return candidate
      const resolved = await resolveKey(candidate.provider, { user: record.driver, vault: record.vault }, vault)
      if (resolved.kind === "key") return { ...candidate, key: resolved.key }
      if (resolved.kind === "not-needed") return { ...candidate, key: undefined }
      if (resolved.kind === "missing") missing ??= { provider: candidate.provider.name, variable: resolved.variable }
    }
    return { kind: "none", vault: record.vault, ...(missing && { missing }) }
  }
}

export function toPick(target: Target, settings: Settings): Picked {
  switch (target.kind) {
    case "none":
      return { ...target, kind: "no-provider" }
    case "demo":
      return { kind: "usable", source: "builtin", provider: demoName, ...demoModel, demo: true }
    case "provider": {
      const { provider, model } = target
      const window = windowOf(provider, model, settings.presets)
      return { kind: "usable", source: provider.source, provider: provider.name, model: model.id, window, demo: false }
    }
  }
}
