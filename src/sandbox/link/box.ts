import type { LoopId, NewId } from "../../lib/ids.ts"
import type { Clock } from "../../platform/clock.ts"
import { type Box, type BoxProcess, LinkFailed, type RunRequest } from "./contract.ts"
import { createBoxFiles } from "./box-files.ts"
import { Gathered } from "../../lib/gathered.ts"
import { openProcess } from "./box-process.ts"
import { openConnection } from "./connection.ts"
import { ask, type Operate } from "./operations.ts"
import { deliverFiles } from "./deliver-files.ts"
import { keptShape, nothingShape, processesShape, statsShape } from "./protocol.ts"

export interface BoxNeeds {
  loop: LoopId
  gone: AbortSignal
  operate: Operate
  /** What every program inside gets; a request's own variables win. */
  environment: Readonly<Record<string, string>>
  workdir: string
  clock: Clock
  ids: NewId
}

/** A running sandbox as the rest of the program sees it. */
export function createBox({ loop, gone, operate, environment, workdir, clock, ids }: BoxNeeds): Box {
  const program = ({ argv, cwd = workdir, env, pty, within }: RunRequest) => ({
    argv: [...argv],
    cwd,
    env: { ...environment, ...env },
    pty,
    within,
  })
  const run: Box["run"] = (request) =>
    openProcess(operate, { op: "run", ...program(request), mark: `run-${ids.hex(8)}` }, clock)

  return {
    loop,
    gone,
    run,
    capture: async (request, captureLimits) => capture(await run(request), clock, captureLimits),
    keep: (id, request) => openProcess(operate, { op: "keep", ...program(request), id }, clock),
    async attach(id, view = {}) {
      try {
        return await openProcess(operate, { op: "attach", id, from: view.from, window: view.window }, clock)
      } catch (error) {
        if (error instanceof LinkFailed && error.because === "missing") return undefined
        throw error
      }
    },
    kept: async () => (await ask(operate, { request: { op: "kept" }, shape: keptShape, clock })).kept,
    async endKept(id) {
      await ask(operate, { request: { op: "end-kept", id }, shape: nothingShape, clock })
    },
    files: createBoxFiles(operate, clock),
    deliver: (to, files) => deliverFiles(operate, { to, files }, clock),
    connect: (port) => openConnection(operate, port, clock),
    processes: async () =>
      (await ask(operate, { request: { op: "processes" }, shape: processesShape, clock })).processes,
    stats: () => ask(operate, { request: { op: "stats" }, shape: statsShape, clock }),
  }
}

interface CaptureLimits {
  timeoutMs?: number
  maxOutput?: number
}

async function capture(
  running: BoxProcess,
  clock: Clock,
  { timeoutMs = 30_000, maxOutput = 4 << 20 }: CaptureLimits = {},
) {
  await using program = running
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  const cancel = clock.after(timeoutMs, () => failed.reject(new LinkFailed("timeout", "the program took too long")))
  try {
    const collected = Promise.all([
      collect(program.stdout, maxOutput),
      collect(program.stderr, maxOutput),
      program.exited,
    ])
    const closed = program.closeInput()
    const [stdout, stderr, exit] = await Promise.race([collected, failed.promise])
    await closed
    if (exit.code === null && exit.signal === null) throw new LinkFailed("gone", "the sandbox went away meanwhile")
    return { code: exit.code, stdout, stderr }
  } finally {
    cancel()
  }
}

async function collect(stream: ReadableStream<Uint8Array>, maxOutput: number): Promise<string> {
  const output = new Gathered()
  for await (const piece of stream) {
    if (output.size + piece.length > maxOutput) throw new LinkFailed("limit", `more than ${maxOutput} bytes of output`)
    output.push(piece)
  }
  return output.take().toString("utf8")
}
