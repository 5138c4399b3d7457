import type { WorkspaceConfig } from "../settings/index.ts"
import { type Attachable, attachable } from "./attach.ts"

/** What a key of the workspace is shown for, as the settings say. */
export interface KeyUses {
  contexts: readonly Attachable[]
  repositories: readonly string[]
}

export const usesOfKey = ({ context, repos }: Pick<WorkspaceConfig, "context" | "repos">, key: string): KeyUses => ({
  contexts: attachable.filter((name) => context[name].remote !== undefined && context[name].credential === key),
  repositories: repos.filter(({ credential }) => credential === key).map(({ name }) => name),
})

/** One text for these uses and no others: what somebody said yes to. */
export const usesText = ({ contexts, repositories }: KeyUses): string =>
  [...contexts, ...repositories.map((name) => `code/${name}`)].join(" ")
