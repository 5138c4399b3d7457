/** Identifiers that came from outside, parsed. A brand is only ever given by the parser beside it. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type UserName = Branded<"user">
export type LoopId = Branded<"loop">
export type VaultName = Branded<"vault">
export type EnvName = Branded<"env">
export type RepoName = Branded<"repo">
export type ProviderName = Branded<"provider">
export type TurnId = Branded<"turn">
export type AskId = Branded<"ask">
export type WorkspaceId = Branded<"workspace">
export type TerminalId = Branded<"terminal">

function parser<T extends string>(pattern: RegExp, refuse?: (text: string) => boolean) {
  return (value: unknown): T | undefined => {
    if (typeof value !== "string" || value.length > 256) return undefined
    if (!pattern.test(value) || refuse?.(value)) return undefined
    return value as T
  }
}

const uuidV4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Patterns: the names table of the format description. All return undefined for anything else. */
export const parseUserName = parser<UserName>(/^[a-z0-9][a-z0-9_-]{0,31}$/)
export const parseLoopId = parser<LoopId>(uuidV4)
export const parseWorkspaceId = parser<WorkspaceId>(uuidV4)
export const parseVaultName = parser<VaultName>(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
export const parseEnvName = parser<EnvName>(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)
export const parseRepoName = parser<RepoName>(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, (name) => /\.(git|lock)$/.test(name))
export const parseTurnId = parser<TurnId>(/^turn_[0-9a-f]{20}$/)
export const parseTerminalId = parser<TerminalId>(/^[0-9a-f]{8}$/)
export const parseAskId = parser<AskId>(/^ask_[0-9a-f]{20}$/)

/** 1–64 characters of any script, no slash, backslash, NUL or leading dot, not `default`. */
export const parseProviderName = parser<ProviderName>(
  /^[^./\\\0\u0001-\u001f\u007f][^/\\\0\u0001-\u001f\u007f]{0,63}$/u,
  (name) => name === "default",
)

export const id8 = (id: LoopId | WorkspaceId): string => id.slice(0, 8)
export const id6 = (id: LoopId): string => id.slice(0, 6)

/** Where new ids come from; passed in, so that tests can foresee them. */
export interface NewId {
  uuid(): string
  /** `count` random bytes in lower-case hex. */
  hex(count: number): string
}

export const newLoopId = (ids: NewId): LoopId => ids.uuid() as LoopId
export const newWorkspaceId = (ids: NewId): WorkspaceId => ids.uuid() as WorkspaceId
export const newTurnId = (ids: NewId): TurnId => `turn_${ids.hex(10)}` as TurnId
export const newAskId = (ids: NewId): AskId => `ask_${ids.hex(10)}` as AskId
