import { createLog, type Log } from "../platform/log.ts"
import { testClock } from "./clock.ts"

/** A log whose lines can be read again. */
export function recordingLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line))
  return { log: createLog({ format: "json", verbose: true, write }, testClock()), lines }
}
