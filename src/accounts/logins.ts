import { createHash } from "node:crypto"
import { join } from "node:path"
import type { NewId, UserName } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { Secret } from "../platform/secret.ts"
import {
  hasEnded,
  type Login,
  type LoginLimits,
  type LoginsFile,
  parseLogins,
  seenEveryMs,
  withLogin,
} from "./login.ts"

/** Where a request came from, as it is shown on the list of logins. */
export interface Caller {
  address: string
  agent: string
}

export interface Logins {
  /** The token is in the answer and nowhere else: the file holds its hash. */
  begin(user: UserName, from: Caller): Promise<{ login: Login; token: Secret }>
  /** The login behind a cookie's value, unless it has ended. */
  find(token: string): Login | undefined
  /** A login by its id, unless it has ended. */
  get(id: string): Login | undefined
  /** Whether there is one that has not ended. */
  isAny(): boolean
  isDueToBeSeen(login: Login): boolean
  seen(id: string): Promise<void>
  /** Its password was given again just now. */
  confirmed(id: string): Promise<void>
  end(id: string): Promise<void>
  /** Ends every login of a user, but perhaps one. */
  endAll(user: UserName, but?: string): Promise<void>
}

export interface LoginsNeeds {
  disk: Disk
  folder: string
  clock: Clock
  ids: NewId
  limits: LoginLimits
  onEnded(login: Login): void
}

export async function openLogins({ disk, folder, clock, ids, limits, onEnded }: LoginsNeeds): Promise<Logins> {
  const file = disk.jsonFile(join(folder, "sessions.json"), parseLogins)
  let byHash = index(await file.read())
  let byId = new Map([...byHash.values()].map((login) => [login.id, login]))

  async function change(make: (logins: readonly Login[]) => readonly Login[]): Promise<void> {
    const changed = file.update((current) => withSessions(current, make))
    // A write that failed may have reached the file all the same.
    await changed.catch(async (error: unknown) => {
      follow(await file.read())
      throw error
    })
    follow(await changed)
  }

  function follow(next: LoginsFile | undefined): void {
    const before = byId
    byHash = index(next)
    byId = new Map([...byHash.values()].map((login) => [login.id, login]))
    for (const login of before.values()) if (!byId.has(login.id)) onEnded(login)
  }

  const alter = (id: string, to: Partial<Login>) =>
    change((logins) => logins.map((login) => (login.id === id ? { ...login, ...to } : login)))
  const isGood = (login: Login | undefined): login is Login => !!login && !hasEnded(login, limits, clock.now())
  return {
    async begin(user, { address, agent }) {
      const token = Buffer.from(ids.hex(32), "hex").toString("base64url")
      const now = timestamp(clock)
      const login: Login = {
        id: `login_${ids.hex(8)}`,
        hash: hashOf(token),
        user,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: new Date(clock.now() + limits.absoluteMs).toISOString(),
        confirmedAt: now,
        address: address.slice(0, 64),
        agent: agent.slice(0, 200),
      }
      await change((logins) => withLogin(logins, login, limits))
      return { login, token: new Secret(token) }
    },
    find(token) {
      if (!/^[\w-]{43}$/.test(token)) return undefined
      const login = byHash.get(hashOf(token))
      return isGood(login) ? login : undefined
    },
    get(id) {
      const login = byId.get(id)
      return isGood(login) ? login : undefined
    },
    isAny: () => byId.values().some(isGood),
    isDueToBeSeen: ({ lastSeenAt }) => clock.now() - Date.parse(lastSeenAt) >= seenEveryMs,
    seen: (id) => alter(id, { lastSeenAt: timestamp(clock) }),
    confirmed: (id) => alter(id, { confirmedAt: timestamp(clock) }),
    end: (id) => change((logins) => logins.filter((login) => login.id !== id)),
    endAll: (user, but) => change((logins) => logins.filter((login) => login.user !== user || login.id === but)),
  }
}

function withSessions(
  current: LoginsFile | undefined,
  make: (logins: readonly Login[]) => readonly Login[],
): LoginsFile {
  const before = current?.sessions ?? []
  const sessions = make(before)
  if (sessions === before) return current ?? { version: 1, sessions: [] }
  return { ...current, version: 1, sessions: [...sessions] }
}

/** Tokens are random and long: a plain hash is enough, and looking one up tells nothing about another. */
const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex")

const index = (file: LoginsFile | undefined): Map<string, Login> =>
  new Map((file?.sessions ?? []).map((login) => [login.hash, login]))
