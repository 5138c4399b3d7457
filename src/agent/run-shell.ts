import { BothEnds, type Ends } from "../lib/both-ends.ts"
import type { Clock } from "../platform/clock.ts"
import { type Log } from "../platform/log.ts"
import { type Box, type BoxProcess, LinkFailed } from "../sandbox/index.ts"
import type { Scrubber } from "./scrub.ts"
import { WholeOutput } from "./shell-output.ts"

/**
 * What became of a command that reached the sandbox. `lost`: the sandbox or the link to it went away meanwhile.
 * `cut-off`: the server stopped.
 */
export interface Ran extends Ends {
  how: "ended" | "lost" | StopWhy
  exit: number | null
  signal?: string
  /** Where all of a long output is, below the agent's folder. */
  file?: string
}

export type StopWhy = "stopped" | "too-long" | "cut-off"

export interface RunNeeds {
  clock: Clock
  log: Log
  scrubber: Scrubber
  /** Of the file that a long output is kept in. */
  name: string
  /** Aborts when it is to end. */
  stop: AbortSignal
  /** For which reason. */
  why(): StopWhy
  /** What it printed, as it may be shown. */
  said(text: string): void
}

export const longestCommand = 4_096

const longestMs = 10 * 60_000
/** After Ctrl-C, until everything that it started is ended. */
const graceMs = 2_000
/** As much is taken as fast as it comes; after that so many bytes in a millisecond, as no reader follows more. */
const takenAtOnce = 16 << 20
const bytesPerMs = 8 << 10

/** Both outputs are one, in the order in which they were written. The command is an argument, never part of a line. */
const argvOf = (command: string): [string, ...string[]] => [
  "bash",
  "--login",
  "-c",
  'exec bash -c -- "$1" 2>&1',
  "bash",
  command,
]

/** Runs what a person typed, in the working folder and without input. LinkFailed when it never began. */
export async function runShell(box: Box, command: string, needs: RunNeeds): Promise<Ran> {
  await using running = await box.run({ argv: argvOf(command), env: { TERM: "xterm-256color" } })
  const ending = endWhenTold(running, needs)
  const ends = new BothEnds()
  const whole = new WholeOutput({ ...needs, box })
  try {
    await closeInput(running)
    const [exit] = await Promise.all([
      running.exited,
      hear(running.stdout, needs, { ends, whole }),
      hear(running.stderr, needs, { ends, whole }),
    ])
    const file = await whole.end()
    const how = ending.why() ?? (exit.code === null && exit.signal === null ? "lost" : "ended")
    return {
      ...ends.take(),
      how,
      exit: exit.code,
      ...(exit.signal !== null && { signal: exit.signal }),
      ...(file !== undefined && { file }),
    }
  } finally {
    ending.over()
  }
}

/** Ends it at its limit or when it is told to: first as Ctrl-C does, then with everything that it started. */
function endWhenTold(running: BoxProcess, { clock, stop, log, ...needs }: RunNeeds) {
  let why: StopWhy | undefined
  let cancel: () => void
  const end = (reason: StopWhy) => {
    if (why) return
    why = reason
    cancel()
    running.signal("SIGINT").catch((error: unknown) => log.warn("a command could not be told to end", { error }))
    cancel = clock.after(graceMs, () => void running[Symbol.asyncDispose]())
  }
  cancel = clock.after(longestMs, () => end("too-long"))
  const told = () => end(needs.why())
  if (stop.aborted) told()
  else stop.addEventListener("abort", told, { once: true })
  return {
    why: () => why,
    over() {
      cancel()
      stop.removeEventListener("abort", told)
    },
  }
}

/** A sandbox that is gone by now says so at the end. */
async function closeInput(running: BoxProcess): Promise<void> {
  try {
    await running.closeInput()
  } catch (error) {
    if (!(error instanceof LinkFailed)) throw error
  }
}

interface Taken {
  ends: BothEnds
  whole: WholeOutput
}

async function hear(stream: ReadableStream<Uint8Array>, needs: RunNeeds, { ends, whole }: Taken): Promise<void> {
  const decoder = new TextDecoder()
  const scrub = needs.scrubber.stream()
  const say = (text: string) => {
    if (text === "") return
    ends.push(Buffer.from(text))
    needs.said(text)
  }
  let taken = 0
  for await (const bytes of stream) {
    say(scrub.push(decoder.decode(bytes, { stream: true })))
    await whole.push(bytes)
    taken += bytes.length
    if (taken > takenAtOnce) await pause(needs.clock, bytes.length / bytesPerMs)
  }
  say(scrub.push(decoder.decode()) + scrub.end())
}

const pause = (clock: Clock, ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))
