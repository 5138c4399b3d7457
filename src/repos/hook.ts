import type { NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { Secret } from "../platform/secret.ts"

/** The secret address by which hosts tell of changes. */
export interface Hook extends Disposable {
  /** Undefined until one is made. */
  secret(): Promise<string | undefined>
  /** Another one; what was before works no more. */
  renew(): Promise<string>
  /** Looks outside, soon; false for a text that is not the secret. */
  ring(given: string): Promise<boolean>
}

export interface HookNeeds {
  disk: Disk
  ids: NewId
  clock: Clock
  /** Path of the file with the secret. */
  file: string
  look(): void
}

/** However often it rings, it is looked no more often than this. */
const pauseMs = 10_000

export function createHook({ disk, ids, clock, file, look }: HookNeeds): Hook {
  let cancel: (() => void) | undefined
  let again = false

  function lookSoon(): void {
    if (cancel) {
      again = true
      return
    }
    look()
    cancel = clock.after(pauseMs, () => {
      cancel = undefined
      if (again) lookSoon()
    })
    again = false
  }

  const secret = async () => (await disk.readText(file))?.trim() || undefined
  return {
    secret,
    async renew() {
      const fresh = ids.hex(24)
      await disk.makeFolder(file.slice(0, file.lastIndexOf("/")))
      await disk.write(file, `${fresh}\n`)
      return fresh
    },
    async ring(given) {
      const known = await secret()
      if (known === undefined || !new Secret(known).matches(given)) return false
      lookSoon()
      return true
    },
    [Symbol.dispose]: () => cancel?.(),
  }
}
