import type { Clock } from "./clock.ts"

export type Level = "debug" | "info" | "warn" | "error"
export type Fields = Record<string, unknown>

/** One line per fact. Strings are escaped, so that no input can forge a line. */
export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** The same log with an area and fields that every line carries. */
  area(name: string, fields?: Fields): Log
}

export interface LogSink {
  format: "text" | "json"
  verbose: boolean
  write(line: string): void
}

export function createLog(sink: LogSink, clock: Clock): Log {
  return logOf({ sink, clock, area: "loopat", carried: {} })
}

interface LogOf {
  sink: LogSink
  clock: Clock
  area: string
  carried: Fields
}

function logOf({ sink, clock, area, carried }: LogOf): Log {
  const write = (level: Level, message: string, fields: Fields = {}) => {
    if (level === "debug" && !sink.verbose) return
    const line = { time: new Date(clock.now()).toISOString(), level, area, message, ...carried, ...plain(fields) }
    sink.write(sink.format === "json" ? JSON.stringify(line) : asText(line))
  }
  return {
    debug: (message, fields) => write("debug", message, fields),
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
    area: (name, fields) => logOf({ sink, clock, area: name, carried: { ...carried, ...fields } }),
  }
}

/** Does something whose failure must not stop the caller, and writes down why it failed. */
export async function bestEffort(log: Log, what: string, work: () => unknown): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.warn(`could not ${what}`, { error })
  }
}

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  area: () => silentLog,
}

function plain(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]),
  )
}

/** Message and first frames of an error: enough to find it, without dumping objects it may carry. */
function describe(error: Error): string {
  return (error.stack ?? `${error.name}: ${error.message}`).split("\n").slice(0, 6).join("\n")
}

function asText({ time, level, area, message, ...fields }: Fields & { time: string }): string {
  const rest = Object.entries(fields).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const text = JSON.stringify(message).slice(1, -1)
  return [time, level, `${area}:`, text, ...rest].join(" ")
}
