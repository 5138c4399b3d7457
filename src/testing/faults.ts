import type { DiskCalls } from "../platform/disk/calls.ts"

/**
 * The disk of a program that is killed at one call: from then on no call does anything. Only files are still closed,
 * as the system does for a dead program.
 */
export function killedAfter(calls: DiskCalls, dead: () => boolean): DiskCalls {
  return faulty(calls, () => {
    if (dead()) throw Object.assign(new Error("killed"), { code: "EIO" })
  })
}

/** A disk on which exactly one call fails, as when it is full for a moment; everything before and after it works. */
export function failingOnce(calls: DiskCalls, fails: () => boolean): DiskCalls {
  return faulty(calls, () => {
    if (fails()) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })
  })
}

/** `before` runs before every call, those of open files included, and may throw in its place. */
function faulty<T extends object>(calls: T, before: () => void): T {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const real: unknown = Reflect.get(target, name, receiver)
      if (typeof real !== "function" || name === "close") return real
      return async (...args: unknown[]) => {
        before()
        const result: unknown = await Reflect.apply(real, target, args)
        return isOpenFile(result) ? faulty(result, before) : result
      }
    },
  })
}

const isOpenFile = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "datasync" in value
