/** A start under strace, up to the moment at which the program listens: what the kernel was asked for. */
import { mkdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { environment, freePort, startProgram } from "./programs.ts"
import { executable, firstAnswer } from "./server.ts"

export interface TracedStart {
  /** Files that were really opened, those of the system's loader included. */
  opened: string[]
  processes: number
  connections: number
}

export const canTrace = Bun.which("strace") !== null

export async function traceStart({
  folder,
  mark,
  home,
}: {
  folder: string
  mark: string
  home: string
}): Promise<TracedStart> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const trace = join(folder, "start.trace")
  const port = freePort()
  const missing = { LOOPAT_PODMAN_BIN: "/bin/false", LOOPAT_CLAUDE_BIN: "/bin/false" }
  await using program = startProgram(
    [
      "strace",
      // The tracer steps aside, so that what we started and end is the program itself.
      "-D",
      "-f",
      "-e",
      "trace=open,openat,execve,connect,listen",
      "-o",
      trace,
      executable,
      "serve",
      "--home",
      home,
      "--port",
      String(port),
    ],
    { env: environment(mark, missing), cwd: folder },
  )
  await firstAnswer(`http://127.0.0.1:${port}/livez`, program)
  const lines = (await readFile(trace, "utf8")).split("\n")
  await rm(trace)
  const listening = lines.findIndex((line) => /\blisten\(\d+, /.test(line))
  if (listening < 0) throw new Error("the trace has no listen")
  const before = lines.slice(0, listening)
  const opened = before.flatMap((line) => /\bopen(?:at)?\((?:AT_FDCWD, )?"([^"]*)".*\) = \d+/.exec(line)?.[1] ?? [])
  const count = (call: RegExp) => before.filter((line) => call.test(line)).length
  return { opened, processes: count(/\bexecve\(.*= 0/) - 1, connections: count(/\bconnect\(\d+, \{sa_family=AF_INET/) }
}
