/** Child processes of a bench: pinned, marked, and ended with the bench however it ends. */
import { availableParallelism } from "node:os"
import { join } from "node:path"

export const root = join(import.meta.dir, "../../..")

/** What carries this in its environment belongs to a bench and is ended by the janitor. */
export const markVariable = "BENCH_MARK"

const canPin = availableParallelism() > 1 && Bun.which("taskset") !== null

/** Measured programs share one core, whoever makes their load has the other. */
export const pinned = (argv: string[], core: "measured" | "load" = "measured"): string[] =>
  canPin ? ["taskset", "-c", core === "measured" ? "0" : "1", ...argv] : argv

export function pinMyself(): void {
  if (canPin) Bun.spawnSync(["taskset", "-a", "-cp", "1", String(process.pid)], { stdout: "ignore" })
}

export function environment(mark: string, extra: Record<string, string> = {}): Record<string, string> {
  const passed = ["PATH", "HOME", "CONTAINERS_CONF", "XDG_RUNTIME_DIR", "TMPDIR"]
  const own = Object.fromEntries(passed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  return { ...own, LANG: "C.UTF-8", [markVariable]: mark, ...extra }
}

export interface Program extends AsyncDisposable {
  readonly pid: number
  readonly exited: Promise<number>
  /** All it printed so far. */
  output(): string
  kill(signal?: NodeJS.Signals): Promise<number>
}

export function startProgram(argv: string[], options: { env: Record<string, string>; cwd: string }): Program {
  const child = Bun.spawn(argv, { ...options, stdin: "ignore", stdout: "pipe", stderr: "pipe" })
  let printed = ""
  for (const stream of [child.stdout, child.stderr])
    void collect(stream, (text) => (printed = (printed + text).slice(-64_000)))
  const kill = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal)
    return child.exited
  }
  return {
    pid: child.pid,
    exited: child.exited,
    output: () => printed,
    kill,
    async [Symbol.asyncDispose]() {
      await kill()
    },
  }
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  for await (const piece of stream) take(decoder.decode(piece, { stream: true }))
}

/** Runs to the end; standard output as text. Throws when it fails. */
export async function output(argv: string[], env?: Record<string, string>): Promise<string> {
  const child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "pipe", ...(env && { env }) })
  const [text, complaints, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`${argv.slice(0, 3).join(" ")} ended with ${code}: ${complaints.slice(-500)}`)
  return text
}

/** Waits for a condition that is looked at every few milliseconds. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  {
    everyMs = 5,
    timeoutMs = 60_000,
    failed,
  }: { everyMs?: number; timeoutMs?: number; failed?: () => string | undefined } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    const why = failed?.()
    if (why) throw new Error(`waiting until ${what}: ${why}`)
    await Bun.sleep(everyMs)
  }
  throw new Error(`waited in vain until ${what}`)
}

/** A port that nobody listens on at this moment. */
export function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() })
  const { port } = server
  void server.stop(true)
  if (port === undefined) throw new Error("no port is free")
  return port
}
