import { z } from "zod"
import { parseStored, StoredName } from "./stored.ts"

const LoginSchema = z.looseObject({
  id: z.string().min(1).max(64),
  /** SHA-256 of the cookie's token, in hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  user: StoredName,
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** The absolute end, however much it is used. */
  expiresAt: z.iso.datetime(),
  /** When the password was last given. */
  confirmedAt: z.iso.datetime(),
  address: z.string(),
  agent: z.string(),
})

export type Login = z.infer<typeof LoginSchema>

const LoginsSchema = z.looseObject({ version: z.literal(1), sessions: z.array(LoginSchema) })
export type LoginsFile = z.infer<typeof LoginsSchema>

/** Format: `accounts/sessions.json`. Unknown keys are kept; what does not fit throws. */
export const parseLogins = (value: unknown): LoginsFile => parseStored(LoginsSchema, value)

export interface LoginLimits {
  /** Milliseconds without use after which a login ends. */
  idleMs: number
  /** Milliseconds after which it ends in any case. */
  absoluteMs: number
}

const day = 24 * 60 * 60 * 1000
export const defaultLoginLimits: LoginLimits = { idleMs: 7 * day, absoluteMs: 30 * day }
const loginsPerUser = 20
/** "Seen" is written at most this often. */
export const seenEveryMs = 10 * 60 * 1000

export const hasEnded = (login: Login, { idleMs }: LoginLimits, now: number): boolean =>
  now >= Date.parse(login.expiresAt) || now >= Date.parse(login.lastSeenAt) + idleMs

/** Room for one more: the ones that ended go, then the user's oldest. */
export function withLogin(logins: readonly Login[], login: Login, limits: LoginLimits): Login[] {
  const now = Date.parse(login.createdAt)
  const alive = logins.filter((one) => !hasEnded(one, limits, now))
  const own = alive.filter(({ user }) => user === login.user)
  const surplus = new Set(own.slice(0, Math.max(0, own.length - loginsPerUser + 1)).map(({ id }) => id))
  return [...alive.filter(({ id }) => !surplus.has(id)), login]
}
