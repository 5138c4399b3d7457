import type { UserName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { type CommonPasswords, type PasswordFlaw, passwordFlaw } from "../lib/passwords.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Audit, Deed } from "./audit.ts"
import type { Logins } from "./logins.ts"
import type { PasswordWork } from "./password-work.ts"
import { isActiveAdmin, isNameFlaw, type NameFlaw, newName, type Role, type User } from "./user.ts"
import type { Users } from "./users.ts"

interface NewPerson {
  name: string
  password: string
  role: Role
  /** Further words that this password must not be made of. */
  words?: readonly string[]
}

/** On whose behalf a change is made, for the audit line. */
type By = Pick<Deed, "actor" | "via" | "login" | "ip">

type AddOutcome = { kind: "added"; user: User } | { kind: NameFlaw | PasswordFlaw | "busy" }
type PasswordOutcome = { kind: "changed" } | { kind: "no-such-user" | PasswordFlaw | "busy" }
type RoleOutcome = { kind: "changed" | "no-such-user" | "last-admin" }

/** Changes to people, each one audited before it is answered. */
export interface People {
  list(): readonly User[]
  get(name: UserName): User | undefined
  /** An active account, at once. */
  add(person: NewPerson, by: By): Promise<AddOutcome>
  /** Ends every login of that user. */
  setPassword(name: UserName, password: string, by: By): Promise<PasswordOutcome>
  /** The last active admin stays one. */
  setRole(name: UserName, role: Role, by: By): Promise<RoleOutcome>
  setLocale(name: UserName, locale: Locale): Promise<void>
  /** Where that person's own repository lives besides; undefined: nowhere. */
  setPersonalRemote(name: UserName, address: string | undefined): Promise<void>
}

export interface PeopleNeeds {
  users: Users
  logins: Logins
  passwords: PasswordWork
  audit: Audit
  clock: Clock
  commonPasswords: CommonPasswords
  /** Words that nobody may take as password: the workspace's name, the host's. */
  contextWords(): readonly string[]
  /** Makes what an active person needs; runs before the account exists and may run again. */
  onActivated(user: UserName): Promise<void>
  onChanged(user: UserName): void
}

export function createPeople(needs: PeopleNeeds): People {
  const { users, logins, passwords, audit, clock, onActivated, onChanged } = needs
  const flawOf = (password: string, ...words: string[]) =>
    passwordFlaw(password, { common: needs.commonPasswords, words: ["loopat", ...words, ...needs.contextWords()] })

  return {
    list: users.list,
    get: users.get,
    async add({ name: typed, password, role, words = [] }, by) {
      const name = newName(typed, users.list())
      if (isNameFlaw(name)) return { kind: name }
      const flaw = flawOf(password, name, ...words)
      if (flaw) return { kind: flaw }
      const hash = await passwords.hash(password)
      if (hash === "busy") return { kind: "busy" }
      await onActivated(name)
      const at = timestamp(clock)
      const user: User = { id: name, role, status: "active", password: hash, createdAt: at, activatedAt: at }
      let taken = false
      await users.change((current) => {
        taken = isTaken(current, name)
        return taken ? current : [...current, user]
      })
      if (taken) return { kind: "name-taken" }
      await audit.write({ ...by, action: "user.add", object: name, outcome: "ok", why: role })
      return { kind: "added", user }
    },
    async setPassword(name, password, by) {
      if (!exists(users.get(name))) return { kind: "no-such-user" }
      const flaw = flawOf(password, name)
      if (flaw) return { kind: flaw }
      const hash = await passwords.hash(password)
      if (hash === "busy") return { kind: "busy" }
      await users.update(name, (user) => ({ ...user, password: hash }))
      await logins.endAll(name)
      await audit.write({ ...by, action: "password.reset", object: name, outcome: "ok" })
      return { kind: "changed" }
    },
    async setRole(name, role, by) {
      let outcome: RoleOutcome["kind"] = "changed"
      await users.change((current) => {
        outcome = roleOutcome(current, name, role)
        if (outcome !== "changed") return current
        return current.map((user) => (user.id === name ? { ...user, role } : user))
      })
      await audit.write({
        ...by,
        action: "role",
        object: name,
        outcome: outcome === "changed" ? "ok" : "refused",
        why: role,
      })
      if (outcome === "changed") onChanged(name)
      return { kind: outcome }
    },
    setPersonalRemote: (name, address) =>
      users.update(name, ({ personalRemote: _, ...user }) => ({
        ...user,
        ...(address !== undefined && { personalRemote: address }),
      })),
    setLocale: (name, locale) => users.update(name, (user) => (user.locale === locale ? user : { ...user, locale })),
  }
}

const exists = (user: User | undefined): boolean => user !== undefined && user.status !== "deleted"

const isTaken = (users: readonly User[], name: UserName): boolean => users.some(({ id }) => id === name)

function roleOutcome(users: readonly User[], name: UserName, role: Role): RoleOutcome["kind"] {
  const user = users.find(({ id, status }) => id === name && status !== "deleted")
  if (!user) return "no-such-user"
  const others = users.filter((other) => other.id !== name && isActiveAdmin(other))
  return role === "member" && isActiveAdmin(user) && others.length === 0 ? "last-admin" : "changed"
}
