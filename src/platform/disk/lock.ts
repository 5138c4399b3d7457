import { dlopen } from "bun:ffi"
import type { Clock } from "../clock.ts"
import { open, readFile, stat } from "node:fs/promises"
import { isMissing } from "./calls.ts"

/** The right to be the only server of one home. Ends with `dispose` or with the process, however it ends. */
export interface HomeLock extends AsyncDisposable {
  readonly path: string
}

export type LockOutcome = { kind: "locked"; lock: HomeLock } | { kind: "held"; pid: number | undefined }

const exclusive = 2
const withoutWaiting = 4

/** A program that its dead owner was just starting holds the lock too, until it has begun. */
const triesForTheDead = 100
const pauseMs = 50

/**
 * Takes the lock or says who has it. The kernel keeps it (flock(2)), so that a dead owner's lock is free at once; the
 * file's content only names the owner.
 */
export async function lockHome(
  path: string,
  owner: { pid: number },
  clock: Pick<Clock, "after">,
): Promise<LockOutcome> {
  const libc = openLibc()
  const file = await open(path, "a+", 0o600)
  for (let tries = 0; libc.symbols.flock(file.fd, exclusive | withoutWaiting) !== 0; tries++) {
    const pid = Number(/"pid":\s*(\d+)/.exec(await readFile(path, "utf8"))?.[1]) || undefined
    if (tries >= triesForTheDead || pid === undefined || (await runs(pid))) {
      await file.close()
      libc.close()
      return { kind: "held", pid }
    }
    await new Promise<void>((later) => void clock.after(pauseMs, later))
  }
  await file.truncate(0)
  await file.write(`${JSON.stringify({ ...owner, boot: await bootId() })}\n`)
  return {
    kind: "locked",
    lock: {
      path,
      async [Symbol.asyncDispose]() {
        await file.close()
        libc.close()
      },
    },
  }
}

/** The process that holds the lock, without asking for it: whoever takes it meanwhile is not in the way. */
export async function lockHolder(path: string): Promise<number | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (!found) return undefined
  const pid = Number(/"pid":\s*(\d+)/.exec(await readFile(path, "utf8"))?.[1])
  // Lines of proc_locks(5): `5: FLOCK  ADVISORY  WRITE 13749 fe:00:2147238 0 EOF`, with process and inode.
  const held = new RegExp(`\\bFLOCK\\s+ADVISORY\\s+WRITE\\s+${pid}\\s+\\w+:\\w+:${found.ino}\\s`)
  return pid > 0 && held.test(await readFile("/proc/locks", "utf8")) ? pid : undefined
}

const runs = (pid: number): Promise<boolean> =>
  stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  )

function openLibc() {
  const symbols = { flock: { args: ["int", "int"], returns: "int" } } as const
  try {
    return dlopen("libc.so.6", symbols)
  } catch {
    // Not glibc: the name of musl's library is the only other one that exists on Linux.
    return dlopen("libc.so", symbols)
  }
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim()
}
