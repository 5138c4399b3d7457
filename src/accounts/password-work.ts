import { scrypt, timingSafeEqual } from "node:crypto"
import type { Argon2 } from "./argon2.ts"
import type { PasswordRecord, ScryptRecord } from "./user.ts"

/** Password hashing with a limit: a flood of sign-ins must not starve the rest of the server. */
export interface PasswordWork {
  hash(password: string): Promise<string | "busy">
  /** Without a record a stand-in is checked at the same cost, and the answer is `wrong`. */
  verify(password: string, record: PasswordRecord | undefined): Promise<"right" | "wrong" | "busy">
  /** True when the next right password should be hashed anew. */
  isOutdated(record: PasswordRecord): boolean
}

export const atATime = 2
export const mayWait = 16

export function createPasswordWork(argon2: Argon2): PasswordWork {
  let running = 0
  const waiting: (() => void)[] = []

  async function limited<T>(work: () => Promise<T>): Promise<T | "busy"> {
    if (running >= atATime) {
      if (waiting.length >= mayWait) return "busy"
      await new Promise<void>((turn) => waiting.push(turn))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  async function isRight(password: string, record: PasswordRecord | undefined): Promise<boolean> {
    if (record === undefined) {
      await argon2.verify(password, argon2.standIn)
      return false
    }
    return typeof record === "string" ? argon2.verify(password, record) : fitsScrypt(password, record)
  }

  return {
    hash: (password) => limited(() => argon2.hash(password)),
    async verify(password, record) {
      if (password === "") return "wrong"
      const right = await limited(() => isRight(password, record))
      if (right === "busy") return "busy"
      return right ? "right" : "wrong"
    },
    isOutdated: (record) => typeof record !== "string" || argon2.isWeaker(record),
  }
}

function fitsScrypt(password: string, { salt, hash, N, r, p, len }: ScryptRecord): Promise<boolean> {
  const expected = Buffer.from(hash, "hex")
  return new Promise((resolve, reject) => {
    scrypt(password, salt, len, { N, r, p, maxmem: 256 * N * r }, (error, derived) => {
      if (error) reject(error)
      else resolve(derived.length === expected.length && timingSafeEqual(derived, expected))
    })
  })
}
