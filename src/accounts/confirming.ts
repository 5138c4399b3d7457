import type { Clock } from "../platform/clock.ts"
import type { Logins } from "./logins.ts"
import type { PasswordWork } from "./password-work.ts"
import type { Throttle } from "./throttle.ts"
import type { Users } from "./users.ts"

export type Confirmation =
  | { kind: "right" }
  | { kind: "wrong" }
  /** `retryAfter` in seconds. */
  | { kind: "busy" | "too-many"; retryAfter: number }

/** The password is asked for anew before what a browser left alone must not allow a stranger. */
export interface Confirming {
  /** Whether this login's password was given too long ago. */
  isDue(login: string): boolean
  confirm(login: string, password: string): Promise<Confirmation>
}

interface ConfirmingNeeds {
  clock: Clock
  logins: Pick<Logins, "get" | "confirmed">
  users: Pick<Users, "get">
  passwords: Pick<PasswordWork, "verify">
  tries: Throttle
}

const goodForMs = 15 * 60_000
const busyS = 2

export function createConfirming({ clock, logins, users, passwords, tries }: ConfirmingNeeds): Confirming {
  return {
    isDue(id) {
      const given = Date.parse(logins.get(id)?.confirmedAt ?? "")
      // A clock that was set back says nothing about how long ago it was.
      return !(Math.abs(clock.now() - given) < goodForMs)
    },
    async confirm(id, password) {
      const user = logins.get(id)?.user
      if (user === undefined) return { kind: "wrong" }
      const wait = tries.wait(user)
      if (wait > 0) return { kind: "too-many", retryAfter: Math.ceil(wait / 1000) }
      if (!tries.enter(user)) return { kind: "busy", retryAfter: busyS }
      try {
        const verdict = await passwords.verify(password, users.get(user)?.password)
        if (verdict === "wrong") tries.count(user)
        if (verdict === "right") await logins.confirmed(id)
        return verdict === "busy" ? { kind: verdict, retryAfter: busyS } : { kind: verdict }
      } finally {
        tries.leave(user)
      }
    },
  }
}
