import { constants } from "node:fs"
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

/** How a disk misbehaves: one call fails, or from one on everything that would change something. */
export const illnesses = {
  /** A sector that cannot be read or written, once. */
  "EIO once": { code: "EIO", calls: "opening", stays: false },
  /** No room for anything new; what makes room still works. */
  "ENOSPC from there on": { code: "ENOSPC", calls: "growing", stays: true },
  /** The file system was remounted read-only. */
  "EROFS from there on": { code: "EROFS", calls: "changing", stays: true },
} as const
export type Illness = keyof typeof illnesses

export interface SickDisk {
  over(calls: DiskCalls): DiskCalls
  /** Fails the `nth` call of that kind from now on. */
  fallIll(nth: number, illness: Illness): void
  heal(): void
  /** Whether a call has failed since it fell ill. */
  readonly hurt: boolean
}

export function sickDisk(): SickDisk {
  let sick: { left: number; illness: (typeof illnesses)[Illness] } | undefined
  let hurt = false
  return {
    over: (calls) =>
      faulty(calls, (name, args) => {
        if (!sick || !isMeant(sick.illness.calls, name, args) || (hurt && !sick.illness.stays) || --sick.left > 0)
          return
        hurt = true
        throw Object.assign(new Error(`${sick.illness.code}: injected, ${name}`), { code: sick.illness.code })
      }),
    fallIll(nth, illness) {
      sick = { left: nth, illness: illnesses[illness] }
      hurt = false
    },
    heal: () => void (sick = undefined),
    get hurt() {
      return hurt
    },
  }
}

/** `opening`: whatever changes something, and every open, also to read. */
function isMeant(which: "opening" | "growing" | "changing", name: string, [, openFlags]: unknown[]): boolean {
  if (name === "open")
    return which === "opening" || (typeof openFlags === "number" && (openFlags & constants.O_CREAT) !== 0)
  const growing = ["write", "datasync", "sync", "rename", "mkdir"]
  return growing.includes(name) || (which !== "growing" && ["truncate", "unlink", "rm"].includes(name))
}

/** `before` runs before every call, those of open files included, and may throw in its place. */
function faulty<T extends object>(calls: T, before: (name: string, args: unknown[]) => void): T {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const real: unknown = Reflect.get(target, name, receiver)
      if (typeof real !== "function" || name === "close") return real
      return async (...args: unknown[]) => {
        before(String(name), args)
        const result: unknown = await Reflect.apply(real, target, args)
        return isOpenFile(result) ? faulty(result, before) : result
      }
    },
  })
}

const isOpenFile = (value: unknown): value is object =>
  typeof value === "object" && value !== null && "datasync" in value
