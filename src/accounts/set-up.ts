import { createHash, timingSafeEqual } from "node:crypto"
import type { NewId } from "../lib/ids.ts"
import type { PasswordFlaw } from "../lib/passwords.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { networkOf, wasForwarded } from "../platform/http/address.ts"
import { Secret } from "../platform/secret.ts"
import type { Audit } from "./audit.ts"
import type { Caller } from "./logins.ts"
import type { People } from "./people.ts"
import type { Throttle } from "./throttle.ts"
import type { NameFlaw, User } from "./user.ts"

interface FirstPerson extends Caller {
  name: string
  password: string
  workspace: string
  /** As typed from the console; needed only when `needsToken` said so. */
  token: string
  needsToken: boolean
}

export type SetUpOutcome =
  | { kind: "done"; user: User }
  | { kind: "already-done" }
  | { kind: "wrong-token" }
  | { kind: "too-many"; retryAfter: number }
  | { kind: "refused"; flaw: NameFlaw | PasswordFlaw }
  | { kind: "busy"; retryAfter: number }

/** The way to the first account, open as long as there is none. */
export interface SetUp {
  isOpen(): boolean
  /** A new one-time token; only its hash is kept. Undefined once there is an account. */
  issueToken(): Secret | undefined
  needsToken(request: Request): boolean
  /** One at a time: of many at once exactly one becomes admin. */
  complete(person: FirstPerson): Promise<SetUpOutcome>
}

export interface SetUpNeeds {
  people: People
  audit: Audit
  ids: NewId
  tries: Throttle
  /** Somebody beyond this machine may reach the server: not loopback only, a proxy, or another public address. */
  exposed: boolean
  nameWorkspace(name: string): Promise<void>
}

export function createSetUp({ people, audit, ids, tries, exposed, nameWorkspace }: SetUpNeeds): SetUp {
  const serial = createSerial()
  let expected: Buffer | undefined
  const isOpen = () => people.list().length === 0

  async function complete(person: FirstPerson): Promise<SetUpOutcome> {
    if (!isOpen()) return { kind: "already-done" }
    if (person.needsToken) {
      const network = networkOf(person.address)
      const wait = tries.wait(network)
      if (wait > 0) return { kind: "too-many", retryAfter: Math.ceil(wait / 1000) }
      if (!expected || !timingSafeEqual(expected, hashOf(person.token))) {
        tries.count(network)
        await audit.write({ ...by(person, ""), action: "set-up", outcome: "refused", why: "wrong token" })
        return { kind: "wrong-token" }
      }
    }
    const { name, password, workspace } = person
    const outcome = await people.add({ name, password, role: "admin", words: [workspace] }, by(person, "system"))
    if (outcome.kind === "busy") return { kind: "busy", retryAfter: 2 }
    if (outcome.kind !== "added") return { kind: "refused", flaw: outcome.kind }
    expected = undefined
    await nameWorkspace(workspace)
    await audit.write({ ...by(person, outcome.user.id), action: "set-up", outcome: "ok" })
    return { kind: "done", user: outcome.user }
  }

  return {
    isOpen,
    issueToken() {
      if (!isOpen()) return undefined
      const text = grouped(base32(ids.hex(16)))
      expected = hashOf(text)
      return new Secret(text)
    },
    needsToken: (request) => exposed || wasForwarded(request),
    complete: (person) => serial("set-up", () => complete(person)),
  }
}

const by = ({ address }: Caller, actor: string) => ({ actor, via: "web" as const, ip: address })

/** Digits and capital letters without I, L, O and U (Crockford): made to be typed from a screen. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

function base32(hex: string): string {
  let number = BigInt(`0x${hex}`)
  let text = ""
  for (let bits = hex.length * 4; bits > 0; bits -= 5) {
    text = (alphabet[Number(number % 32n)] ?? "") + text
    number /= 32n
  }
  return text
}

const grouped = (text: string): string => text.match(/.{1,4}/g)?.join("-") ?? ""

/** Case, dashes, blanks and look-alike letters make no difference. */
function hashOf(token: string): Buffer {
  const typed = token.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1")
  return createHash("sha256").update(typed).digest()
}
