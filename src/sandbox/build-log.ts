import type { Clock } from "../platform/clock.ts"

/** The lines of one build: bounded, without passwords, and told with some others rather than one by one. */
export interface BuildLog extends Disposable {
  /** The same list as it grows. */
  readonly lines: readonly string[]
  /** Of the newest line, in milliseconds since the epoch. */
  readonly lastAt: number
  add(text: string): void
  /** What a program printed; whole lines are handed to `take`, an unfinished one waits for its end. */
  feed(piece: Uint8Array, take: (line: string) => void): void
}

export interface BuildLogNeeds {
  clock: Clock
  /** There are new lines. */
  grown(): void
  /** Nothing came for a minute; or something came again after that. */
  quiet(isQuiet: boolean): void
}

const mostLines = 10_000
const lineLength = 400
const companyMs = 250
const quietMs = 60_000

export function createBuildLog({ clock, grown, quiet }: BuildLogNeeds): BuildLog {
  const lines: string[] = []
  const decoder = new TextDecoder()
  let rest = ""
  let lastAt = clock.now()
  let isQuiet = false
  let cancelTelling: (() => void) | undefined
  let cancelQuiet = awaitQuiet()

  function awaitQuiet(): () => void {
    return clock.after(quietMs, () => {
      isQuiet = true
      quiet(true)
    })
  }

  function add(text: string): void {
    lines.push(withoutPasswords(text).slice(0, lineLength))
    if (lines.length > mostLines) lines.splice(0, mostLines / 10, "…")
    lastAt = clock.now()
    cancelQuiet()
    cancelQuiet = awaitQuiet()
    if (isQuiet) {
      isQuiet = false
      quiet(false)
    }
    cancelTelling ??= clock.after(companyMs, () => {
      cancelTelling = undefined
      grown()
    })
  }

  return {
    lines,
    get lastAt() {
      return lastAt
    },
    add,
    feed(piece, take) {
      const whole = (rest + decoder.decode(piece, { stream: true })).split(/[\r\n]+/)
      rest = (whole.pop() ?? "").slice(-lineLength)
      for (const line of whole) if (line.trim() !== "") take(line)
    },
    [Symbol.dispose]() {
      cancelTelling?.()
      cancelQuiet()
    },
  }
}

/** Addresses of mirrors may hold a name and a password. */
export const withoutPasswords = (text: string): string => text.replace(/(\w+:\/\/)[^/\s@]+@/g, "$1[secret]@")
