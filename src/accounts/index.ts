import { join } from "node:path"
import type { NewId, UserName } from "../lib/ids.ts"
import { parseCommonPasswords } from "../lib/passwords.ts"
import { parseNext } from "../lib/page-paths.ts"
import { urls } from "../lib/urls.ts"
import type { DocumentView } from "../../views/props/frame.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Events } from "../platform/events.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { Visitor } from "../platform/http/visitor.ts"
import type { Secret } from "../platform/secret.ts"
import { createArgon2, defaultCost, type Argon2 } from "./argon2.ts"
import { createAudit, type Audit } from "./audit.ts"
import { createConfirming } from "./confirming.ts"
import { createCookies } from "./cookies.ts"
import { defaultLoginLimits, type LoginLimits } from "./login.ts"
import { openLogins } from "./logins.ts"
import { createPasswordAgain, type PasswordAgain } from "./password-again.ts"
import { createPasswordWork } from "./password-work.ts"
import { createPeople, type People } from "./people.ts"
import { createRefusals } from "./refusals.ts"
import { accountRoutes } from "./routes.tsx"
import { createSetUp } from "./set-up.ts"
import { createSignIn } from "./sign-in.ts"
import { createSlowingThrottle, createWindowThrottle } from "./throttle.ts"
import { createTokens, type Tokens } from "./tokens.ts"
import { openUsers } from "./users.ts"
import { createWhois } from "./whois.ts"

export { createArgon2 } from "./argon2.ts"
export type { People } from "./people.ts"
export { type PasswordAgain, passwordField } from "./password-again.ts"
export { createWindowThrottle } from "./throttle.ts"
export { tokenRoutes } from "./token-routes.tsx"
export { type Tokens, tokenScopes } from "./tokens.ts"
export { flawSentences } from "./present.ts"
export { identityOf, parseTypedName, type User } from "./user.ts"

/** What this feature announces. */
export type AccountNews = {
  /** Its streams and sockets must end. */
  "login.ended": { login: string; user: UserName }
  /** Role or status changed: every open right of this user is to be asked again. */
  "user.changed": { user: UserName }
}

export interface AccountsNeeds {
  disk: Disk
  /** The workspace's folder. */
  home: string
  clock: Clock
  ids: NewId
  background: Background
  events: Pick<Events<AccountNews>, "announce">
  /** The public address is https. */
  secure: boolean
  /** Somebody beyond this machine may reach the server: set-up then asks for the console's token. */
  exposed: boolean
  /** Text of the list of common passwords, one per line. */
  commonPasswords: string
  /** Names that make poor passwords: the workspace's, the host's. Asked each time. */
  contextWords(): readonly string[]
  nameWorkspace(name: string): Promise<void>
  /** Makes what an active person needs; may run again for the same person. */
  onActivated(user: UserName): Promise<void>
  document(visitor: Visitor, title: string): DocumentView
  limits?: LoginLimits
  argon2?: Argon2
}

export interface Accounts {
  people: People
  tokens: Tokens
  passwordAgain: PasswordAgain
  audit: Audit
  routes(pages: { showProblem: ShowProblem }): ReturnType<typeof accountRoutes>
  /** Who sent a request, as far as its cookies prove it. */
  whois(request: Request): Promise<Omit<Visitor, "requestId" | "address">>
  /** Where an anonymous person is sent who asked for `path`. */
  entrance(path: string): string
  /** Whether a login still counts: not ended, its user active. */
  isAlive(login: string): boolean
  /** Whether any login of anybody still counts. */
  isAnybodyIn(): boolean
  /** Writes into the audit that a request was refused; see refusals.ts. */
  noteRefusal: ReturnType<typeof createRefusals>
  /** A new one-time token for the console while there is no account; the one before stops working. */
  issueSetUpToken(): Secret | undefined
}

/** Throws Unreadable when a file of accounts does not parse: the start must stop, nothing is replaced. */
export async function createAccounts(needs: AccountsNeeds): Promise<Accounts> {
  const { disk, home, clock, ids, background, events, secure, limits = defaultLoginLimits } = needs
  const folder = join(home, "accounts")
  await disk.makeFolder(folder)
  const users = await openUsers(disk, folder)
  const onEnded = ({ id, user }: { id: string; user: UserName }) => events.announce("login.ended", { login: id, user })
  const logins = await openLogins({ disk, folder, clock, ids, limits, onEnded })
  const audit = createAudit({ disk, home, clock })
  const passwords = createPasswordWork(needs.argon2 ?? createArgon2(defaultCost, ids))
  const onChanged = (user: UserName) => events.announce("user.changed", { user })
  const commonPasswords = parseCommonPasswords(needs.commonPasswords)
  const people = createPeople({ ...needs, users, logins, passwords, audit, commonPasswords, onChanged })
  const setUp = createSetUp({ ...needs, people, audit, tries: createWindowThrottle({ clock, limit: 5 }) })
  const signIn = createSignIn({
    users,
    logins,
    passwords,
    audit,
    ids,
    failures: new Map(),
    perAccount: createSlowingThrottle({ clock, limit: 5 }),
    perNetwork: createWindowThrottle({ clock, limit: 20 }),
  })
  const again = createWindowThrottle({ clock, limit: 5 })
  const cookies = createCookies({ secure, sessionS: Math.floor(limits.absoluteMs / 1000) })
  const { document } = needs
  return {
    people,
    tokens: createTokens({ disk, folder, clock, ids, users, audit }),
    passwordAgain: createPasswordAgain(createConfirming({ clock, logins, users, passwords, tries: again })),
    audit,
    routes: (pages) => accountRoutes({ ...pages, signIn, setUp, logins, people, audit, cookies, document }),
    whois: createWhois({ users, logins, secure, background }),
    entrance: (path) => (setUp.isOpen() ? urls.setUp : urls.signIn(parseNext(path))),
    isAlive(id) {
      const login = logins.get(id)
      return login !== undefined && users.get(login.user)?.status === "active"
    },
    isAnybodyIn: logins.isAny,
    noteRefusal: createRefusals({ audit, background }),
    issueSetUpToken: setUp.issueToken,
  }
}

/** Has open streams and sockets asked again whenever a login ends or a person's role or status changes. */
export function recheckOnNews(events: Pick<Events<AccountNews>, "on">, rights: Pick<LiveRights, "recheck">): void {
  events.on("login.ended", ({ user }) => rights.recheck({ user }))
  events.on("user.changed", ({ user }) => rights.recheck({ user }))
}
