import { dlopen } from "bun:ffi"
import { open, readFile } from "node:fs/promises"

/** The right to be the only server of one home. Ends with `dispose` or with the process, however it ends. */
export interface HomeLock extends AsyncDisposable {
  readonly path: string
}

export type LockOutcome = { kind: "locked"; lock: HomeLock } | { kind: "held"; pid: number | undefined }

const exclusive = 2
const withoutWaiting = 4

/**
 * Takes the lock or says who has it. The kernel keeps it (flock(2)), so that a dead owner's lock is free at once; the
 * file's content only names the owner.
 */
export async function lockHome(path: string, owner: { pid: number }): Promise<LockOutcome> {
  const libc = openLibc()
  const file = await open(path, "a+", 0o600)
  if (libc.symbols.flock(file.fd, exclusive | withoutWaiting) !== 0) {
    const text = await readFile(path, "utf8")
    await file.close()
    libc.close()
    return { kind: "held", pid: Number(/"pid":\s*(\d+)/.exec(text)?.[1]) || undefined }
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
