import { dlopen } from "bun:ffi"
import { closeSync, constants, openSync, readlinkSync } from "node:fs"
import { isGone } from "./marks.ts"

/** The output side of a program's terminal, which the kernel can hold back. */
export interface Tty {
  /** Whoever writes to the terminal waits; keys and signals still act. */
  hold(): void
  release(): void
}

/** The terminal that a program was just started in; undefined when it has ended already. */
export function ttyOf(pid: number): Tty | undefined {
  const path = pathOf(pid)
  if (path === undefined) return undefined
  return { hold: () => flow(path, off), release: () => flow(path, on) }
}

/** TCXONC of ioctl_tty(2), and what it is told: the terminal's own flow control, in whatever mode its program has set it. */
const request = 0x540a
const off = 0
const on = 1

/** Nothing is kept open: an open terminal would hide the end of its program. */
function flow(path: string, action: number): void {
  const file = openIfThere(path)
  if (file === undefined) return
  const libc = dlopen("libc.so.6", { ioctl: { args: ["int", "u64", "int"], returns: "int" } })
  libc.symbols.ioctl(file, request, action)
  libc.close()
  closeSync(file)
}

function pathOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/0`)
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch (error) {
    if (isGone(error) || hasHungUp(error)) return undefined
    throw error
  }
}

const hasHungUp = (error: unknown) => error instanceof Error && "code" in error && error.code === "EIO"
