import type { NewId } from "../lib/ids.ts"

export interface Argon2Cost {
  memoryKiB: number
  passes: number
}

/** The slow hash, as an object, so that tests count its calls and pay little for them. */
export interface Argon2 {
  hash(password: string): Promise<string>
  verify(password: string, phc: string): Promise<boolean>
  /** True when a stored hash was made with less than today's cost. */
  isWeaker(phc: string): boolean
  /** A hash of the same cost that no password fits. */
  readonly standIn: string
}

export const defaultCost: Argon2Cost = { memoryKiB: 19 * 1024, passes: 2 }

export function createArgon2({ memoryKiB, passes }: Argon2Cost, ids: NewId): Argon2 {
  const random = (bytes: number) => Buffer.from(ids.hex(bytes), "hex").toString("base64").replace(/=+$/, "")
  return {
    hash: (password) => Bun.password.hash(password, { algorithm: "argon2id", memoryCost: memoryKiB, timeCost: passes }),
    verify: (password, phc) => Bun.password.verify(password, phc, "argon2id"),
    isWeaker(phc) {
      const [, memory, time] = /\$m=(\d+),t=(\d+)/.exec(phc) ?? []
      return Number(memory) < memoryKiB || Number(time) < passes
    },
    standIn: `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$${random(32)}$${random(32)}`,
  }
}
