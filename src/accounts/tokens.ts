import { createHash } from "node:crypto"
import { join } from "node:path"
import { z } from "zod"
import type { NewId, UserName } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Audit } from "./audit.ts"
import { parseStored, StoredName } from "./stored.ts"
import type { Users } from "./users.ts"

export const tokenScopes = ["git:read", "git:write"] as const
export type TokenScope = (typeof tokenScopes)[number]

/** A token as its list shows it; the text was shown once, and the file holds its hash. */
export type Token = z.infer<typeof StoredToken>

const StoredToken = z.looseObject({
  id: z.string(),
  hash: z.string(),
  user: StoredName,
  label: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.iso.datetime(),
  /** Absent: it never ends by itself. */
  expiresAt: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional(),
})
const TokensFile = z.looseObject({ version: z.literal(1).default(1), tokens: z.array(StoredToken).default([]) })

/** What programs of a person show instead of a login: `la_` and 48 hexadecimal digits. */
export interface Tokens {
  make(user: UserName, wanted: WantedToken, by?: TokenMaker): Promise<TokenMade>
  /** One person's own, newest first. */
  list(user: UserName): Promise<Token[]>
  revoke(user: UserName, id: string, by?: TokenMaker): Promise<{ kind: "revoked" | "no-such-token" }>
  /** The token behind a text, as long as it has not expired and its user is active. */
  find(text: string): Promise<Token | undefined>
  /** Whether a token still counts. */
  isAlive(id: string): Promise<boolean>
}

export interface WantedToken {
  label: string
  scopes: readonly TokenScope[]
  /** Days until it ends; absent: never. */
  days?: number
}

/** Where it was asked for, for the audit; without it, on the server itself. */
export interface TokenMaker {
  actor: UserName
  login: string
}

export type TokenMade =
  /** `text` is to be shown once and kept nowhere. */
  { kind: "made"; token: Token; text: string } | { kind: "no-such-user" } | { kind: "too-many-tokens" }

export interface TokensNeeds {
  disk: Disk
  folder: string
  clock: Clock
  ids: NewId
  users: Pick<Users, "get">
  audit: Pick<Audit, "write">
}

const dayMs = 86_400_000

export const hasExpired = ({ expiresAt }: Pick<Token, "expiresAt">, now: number): boolean =>
  expiresAt !== undefined && now >= Date.parse(expiresAt)

const mostEach = 50
const usedEveryMs = 60_000

export function createTokens({ disk, folder, clock, ids, users, audit }: TokensNeeds): Tokens {
  const file = disk.jsonFile(join(folder, "tokens.json"), (value) => parseStored(TokensFile, value))
  const all = async () => (await file.read())?.tokens ?? []
  const isGood = (token: Token | undefined): token is Token =>
    token !== undefined && !hasExpired(token, clock.now()) && users.get(token.user)?.status === "active"
  const change = (make: (tokens: readonly Token[]) => readonly Token[]) =>
    file.update((now) => ({ version: 1, ...now, tokens: [...make(now?.tokens ?? [])] }))
  const note = (action: string, { id, user }: Pick<Token, "id" | "user">, by: TokenMaker | undefined) => {
    const who = by
      ? ({ actor: by.actor, via: "web", login: by.login } as const)
      : ({ actor: "system", via: "cli" } as const)
    return audit.write({ ...who, action, object: `${user} ${id}`, outcome: "ok" })
  }

  return {
    async make(user, { label, scopes, days }, by) {
      if (users.get(user)?.status !== "active") return { kind: "no-such-user" }
      if ((await all()).filter((token) => token.user === user).length >= mostEach) return { kind: "too-many-tokens" }
      const text = `la_${ids.hex(24)}`
      const token: Token = {
        id: `tok_${ids.hex(10)}`,
        hash: hashOf(text),
        user,
        label: label.slice(0, 64),
        scopes: [...scopes],
        createdAt: timestamp(clock),
        ...(days !== undefined && { expiresAt: new Date(clock.now() + days * dayMs).toISOString() }),
      }
      await change((tokens) => [...tokens, token])
      await note("token.make", token, by)
      return { kind: "made", token, text }
    },
    list: async (user) => (await all()).filter((token) => token.user === user).reverse(),
    async revoke(user, id, by) {
      const found = (await all()).find((token) => token.user === user && token.id === id)
      if (!found) return { kind: "no-such-token" }
      await change((tokens) => tokens.filter((token) => token.id !== id))
      await note("token.revoke", found, by)
      return { kind: "revoked" }
    },
    async find(text) {
      if (!/^la_[0-9a-f]{48}$/.test(text)) return undefined
      // The hash is looked for, not the text: how long that takes says nothing about the text.
      const hash = hashOf(text)
      const found = (await all()).find((token) => token.hash === hash)
      if (!isGood(found)) return undefined
      if (clock.now() - Date.parse(found.lastUsedAt ?? found.createdAt) >= usedEveryMs)
        await change((tokens) =>
          tokens.map((token) => (token.id === found.id ? { ...token, lastUsedAt: timestamp(clock) } : token)),
        )
      return found
    },
    isAlive: async (id) => isGood((await all()).find((token) => token.id === id)),
  }
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")
