import type { NewId } from "../lib/ids.ts"
import { networkOf } from "../platform/http/address.ts"
import type { Secret } from "../platform/secret.ts"
import type { Audit } from "./audit.ts"
import { knownDevice, markDevice } from "./device.ts"
import type { Caller, Logins } from "./logins.ts"
import type { PasswordWork } from "./password-work.ts"
import type { Throttle } from "./throttle.ts"
import { parseTypedName, type User } from "./user.ts"
import type { Users } from "./users.ts"

interface SignInAttempt extends Caller {
  name: string
  password: string
  /** Marks of this browser, from its cookie. */
  devices: string
}

export type SignInOutcome =
  /** `failures`: wrong tries at this account since its last sign-in, for a note. */
  | { kind: "signed-in"; user: User; token: Secret; devices: string; failures: number }
  /** Unknown, wrong, disabled with a wrong password, slowed down: one answer for all. */
  | { kind: "refused" }
  | { kind: "pending" }
  | { kind: "disabled" }
  | { kind: "too-many"; retryAfter: number }
  | { kind: "busy"; retryAfter: number }

export interface SignInNeeds {
  users: Users
  logins: Logins
  passwords: PasswordWork
  perAccount: Throttle
  perNetwork: Throttle
  failures: Map<string, number>
  audit: Audit
  ids: NewId
}

export interface SignIn {
  attempt(attempt: SignInAttempt): Promise<SignInOutcome>
  /** A login for somebody who has just proved who he is in another way. */
  welcome(user: User, from: Caller & { devices: string }): Promise<SignedInOutcome>
}

export type SignedInOutcome = Extract<SignInOutcome, { kind: "signed-in" }>

export function createSignIn(needs: SignInNeeds): SignIn {
  return { attempt: (attempt) => tryPassword(needs, attempt), welcome: (user, from) => begin(needs, user, from) }
}

async function tryPassword(needs: SignInNeeds, attempt: SignInAttempt): Promise<SignInOutcome> {
  const network = networkOf(attempt.address)
  const tooMany = needs.perNetwork.wait(network)
  if (tooMany > 0) return { kind: "too-many", retryAfter: Math.ceil(tooMany / 1000) }

  const { user, account } = identify(needs.users, attempt)
  const slowed = needs.perAccount.wait(account) > 0
  const verdict = await check(needs, { attempt, user, network, account: slowed ? undefined : account })
  if (verdict === "busy") return { kind: "busy", retryAfter: 2 }
  if (verdict === "right" && user) {
    needs.perAccount.clear(account)
    return admit(needs, user, attempt)
  }
  needs.perNetwork.count(network)
  if (!slowed) needs.perAccount.count(account)
  await recordFailure(needs, { user, attempt, slowed })
  return { kind: "refused" }
}

interface Check {
  attempt: SignInAttempt
  user: User | undefined
  network: string
  /** Undefined while the account is slowed down: its password is then not looked at. */
  account: string | undefined
}

/** A slowed-down try costs the same work as any other, so that its answer says nothing about the password. */
async function check({ perNetwork, perAccount, passwords }: SignInNeeds, { attempt, user, network, account }: Check) {
  if (!perNetwork.enter(network)) return "busy"
  if (account !== undefined && !perAccount.enter(account)) {
    perNetwork.leave(network)
    return "busy"
  }
  try {
    return await passwords.verify(attempt.password, account === undefined ? undefined : user?.password)
  } finally {
    perNetwork.leave(network)
    if (account !== undefined) perAccount.leave(account)
  }
}

/** Whom the name means, and under which key his wrong tries count: a browser he knows has one of its own. */
function identify(users: Users, attempt: SignInAttempt): { user: User | undefined; account: string } {
  const name = parseTypedName(attempt.name)
  const user = name && users.get(name)
  const device = user && knownDevice(attempt.devices, user)
  return { user, account: `${name ?? ""} ${device ?? ""}` }
}

/** The password was right: only now does anybody learn that an account waits or is switched off. */
async function admit(needs: SignInNeeds, user: User, attempt: SignInAttempt): Promise<SignInOutcome> {
  if (user.status === "active") return begin(needs, await upgrade(needs, user, attempt.password), attempt)
  await needs.audit.write({ ...deed(user, attempt), outcome: "refused", why: user.status })
  return user.status === "deleted" ? { kind: "refused" } : { kind: user.status }
}

async function begin(
  { logins, failures, audit, ids }: SignInNeeds,
  user: User,
  from: Caller & { devices: string },
): Promise<SignedInOutcome> {
  const { login, token } = await logins.begin(user.id, from)
  await audit.write({ ...deed(user, from), login: login.id, outcome: "ok" })
  const failed = failures.get(user.id) ?? 0
  failures.delete(user.id)
  return { kind: "signed-in", user, token, devices: markDevice(from.devices, user, ids), failures: failed }
}

/** Replaces an imported or cheaper hash now that the password is at hand; when there is no room for it, next time. */
async function upgrade({ users, passwords }: SignInNeeds, user: User, password: string): Promise<User> {
  if (!user.password || !passwords.isOutdated(user.password)) return user
  const hash = await passwords.hash(password)
  if (hash === "busy") return user
  await users.update(user.id, (current) =>
    current.password === user.password || JSON.stringify(current.password) === JSON.stringify(user.password)
      ? { ...current, password: hash }
      : current,
  )
  return users.get(user.id) ?? user
}

interface Failure {
  user: User | undefined
  attempt: SignInAttempt
  slowed: boolean
}

/**
 * Many failures make few lines: a network's first, and then each time their number has doubled. Whether the name is
 * somebody's makes no difference to what is written, nor thereby to how long the answer takes. The name of nobody is not
 * written down: people type passwords into the wrong field.
 */
async function recordFailure({ failures, audit }: SignInNeeds, { user, attempt, slowed }: Failure): Promise<void> {
  if (failures.size > 10_000) failures.clear()
  const more = (key: string) => {
    const count = (failures.get(key) ?? 0) + 1
    failures.set(key, count)
    return count
  }
  if (user) more(user.id)
  const count = more(`network ${networkOf(attempt.address)}`)
  if ((count & (count - 1)) !== 0) return
  const why = `${slowed ? "slowed down" : "wrong password"}, ${count} so far`
  const from = { actor: "", ip: attempt.address, via: "web" as const }
  await audit.write({ ...from, action: "login-failed", object: user?.id, outcome: "refused", why })
}

const deed = (user: User, { address }: Caller) => ({
  actor: user.id,
  via: "web" as const,
  ip: address,
  action: "login",
  object: user.id,
})
