import { createHmac, timingSafeEqual } from "node:crypto"
import type { NewId } from "../lib/ids.ts"
import type { User } from "./user.ts"

/** How many accounts one browser is remembered for. */
const remembered = 4

/**
 * Marks of a browser that once signed in, one per account: `<user>.<nonce>.<mac>`, joined by `~`. The mac's key is made
 * from the stored password hash: no key file to keep, and a new password forgets all devices.
 */
export function markDevice(before: string, user: User, ids: NewId): string {
  const others = before.split("~").filter((mark) => mark !== "" && !mark.startsWith(`${user.id}.`))
  const nonce = ids.hex(8)
  return [`${user.id}.${nonce}.${macOf(user, nonce)}`, ...others].slice(0, remembered).join("~")
}

/** The nonce under which this browser is known to the account, if its mark is genuine. */
export function knownDevice(marks: string, user: User): string | undefined {
  for (const mark of marks.slice(0, 1_000).split("~")) {
    const [name, nonce = "", mac = ""] = mark.split(".")
    if (name === user.id && isSame(mac, macOf(user, nonce))) return nonce
  }
  return undefined
}

function macOf(user: User, nonce: string): string {
  const key = typeof user.password === "string" ? user.password : JSON.stringify(user.password ?? nonce)
  return createHmac("sha256", key).update(`device ${user.id} ${nonce}`).digest("base64url")
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
