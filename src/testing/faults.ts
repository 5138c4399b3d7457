import type { DiskCalls } from "../platform/disk/calls.ts"

/**
 * The disk of a program that is killed at one call: from then on no call does anything. Only files are still closed,
 * as the system does for a dead program.
 */
export function killedAfter(calls: DiskCalls, dead: () => boolean): DiskCalls {
  return deadly(calls, dead)
}

function deadly<T extends object>(calls: T, dead: () => boolean): T {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const real: unknown = Reflect.get(target, name, receiver)
      if (typeof real !== "function" || name === "close") return real
      return async (...args: unknown[]) => {
        if (dead()) throw Object.assign(new Error("killed"), { code: "EIO" })
        const result: unknown = await Reflect.apply(real, target, args)
        return isOpenFile(result) ? deadly(result, dead) : result
      }
    },
  })
}

const isOpenFile = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "datasync" in value
