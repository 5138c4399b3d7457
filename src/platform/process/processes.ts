import { Secret } from "../secret.ts"
import { type Command, CommandFailed, type Finished } from "./command.ts"

export interface RunOptions {
  signal?: AbortSignal
  /** Called with each piece of stdout and stderr as it comes, for progress. */
  onOutput?: (piece: Uint8Array, from: "stdout" | "stderr") => void
}

/** The only place that starts programs on the host. Everything it started ends with it. */
export interface Processes extends AsyncDisposable {
  /** Runs to the end. Throws CommandFailed unless the exit code is one of `answers`. */
  run(command: Command, options?: RunOptions): Promise<Finished>
  /** Starts and hands over the pipes; the caller reads them, `exited` never rejects. */
  start(command: Command, options?: RunOptions): Running
  /** Programs started since the beginning, by name: for budgets and `/metrics`. */
  readonly counts: ReadonlyMap<string, number>
}

export interface Running extends AsyncDisposable {
  readonly stdin: Bun.FileSink
  readonly stdout: ReadableStream<Uint8Array>
  readonly stderr: ReadableStream<Uint8Array>
  readonly exited: Promise<number>
  kill(signal?: NodeJS.Signals): void
}

export interface HostEnvironment {
  PATH: string
  HOME: string
  LANG?: string
  /** Passed on because podman finds its storage and user session by it. */
  XDG_RUNTIME_DIR?: string
  XDG_DATA_HOME?: string
  XDG_CONFIG_HOME?: string
  CONTAINERS_CONF?: string
  CONTAINERS_STORAGE_CONF?: string
  DBUS_SESSION_BUS_ADDRESS?: string
  TMPDIR?: string
}

const killAfterMs = 2_000
const stderrKept = 64 * 1024

export function createProcesses(host: HostEnvironment): Processes {
  const counts = new Map<string, number>()
  const alive = new Set<Bun.Subprocess>()

  function spawn(command: Command): Bun.Subprocess<"pipe", "pipe", "pipe"> {
    const program = command.argv[0]
    counts.set(nameOf(program), (counts.get(nameOf(program)) ?? 0) + 1)
    try {
      const child = Bun.spawn([...command.argv], {
        cwd: command.cwd ?? "/",
        env: { ...defined(host), ...revealed(command.env) },
        stdin: "pipe",
        stdout: "pipe",
        stderr: "pipe",
      })
      alive.add(child)
      void child.exited.then(() => alive.delete(child))
      return child
    } catch (error) {
      if (isMissingProgram(error)) throw new CommandFailed("missing", nameOf(program), { stderr: String(error) })
      throw error
    }
  }

  return {
    counts,
    run: (command, options = {}) => runToEnd(spawn, command, options),
    start(command, options = {}) {
      const child = spawn(command)
      const abort = () => endChild(child)
      options.signal?.addEventListener("abort", abort, { once: true })
      void child.exited.then(() => options.signal?.removeEventListener("abort", abort))
      return {
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        exited: child.exited,
        kill: (signal = "SIGTERM") => child.kill(signal),
        async [Symbol.asyncDispose]() {
          endChild(child)
          await child.exited
        },
      }
    },
    async [Symbol.asyncDispose]() {
      for (const child of alive) endChild(child)
      await Promise.all([...alive].map((child) => child.exited))
    },
  }
}

async function runToEnd(
  spawn: (command: Command) => Bun.Subprocess<"pipe", "pipe", "pipe">,
  command: Command,
  { signal, onOutput }: RunOptions,
): Promise<Finished> {
  const program = nameOf(command.argv[0])
  if (signal?.aborted) throw new CommandFailed("aborted", program)
  const child = spawn(command)
  let ended: "timeout" | "output" | "aborted" | undefined
  const end = (why: NonNullable<typeof ended>) => {
    ended ??= why
    endChild(child)
  }
  const timer = setTimeout(() => end("timeout"), command.timeoutMs ?? 30_000)
  const abort = () => end("aborted")
  signal?.addEventListener("abort", abort, { once: true })
  try {
    const fed = feed(child.stdin, command.stdin)
    const [stdout, stderr, code] = await Promise.all([
      collect(child.stdout, (piece) => onOutput?.(piece, "stdout"), {
        limit: command.maxOutput ?? 4 << 20,
        tooMuch: () => end("output"),
      }),
      collectTail(child.stderr, (piece) => onOutput?.(piece, "stderr")),
      child.exited,
      fed,
    ])
    if (ended) throw new CommandFailed(ended, program, { code, stderr })
    if (!(command.answers ?? [0]).includes(code)) throw new CommandFailed("exit", program, { code, stderr })
    return { code, stdout, text: new TextDecoder().decode(stdout), stderr }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", abort)
  }
}

/** TERM at once, KILL when that was not enough. */
function endChild(child: Bun.Subprocess): void {
  child.kill("SIGTERM")
  const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs)
  void child.exited.then(() => clearTimeout(timer))
}

async function feed(sink: Bun.FileSink, input: string | Uint8Array | undefined): Promise<void> {
  try {
    if (input !== undefined) await sink.write(input)
    await sink.end()
  } catch (error) {
    // A program may end without reading all it was given; its exit code says whether that was right.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error
  }
}

async function collect(
  from: ReadableStream<Uint8Array>,
  tell: (piece: Uint8Array) => void,
  { limit, tooMuch }: { limit: number; tooMuch: () => void },
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of from) {
    tell(piece)
    if (size + piece.length > limit) {
      tooMuch()
      continue
    }
    size += piece.length
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

async function collectTail(from: ReadableStream<Uint8Array>, tell: (piece: Uint8Array) => void): Promise<string> {
  let kept = Buffer.alloc(0)
  for await (const piece of from) {
    tell(piece)
    kept = Buffer.concat([kept, piece]).subarray(-stderrKept)
  }
  return kept.toString("utf8")
}

const nameOf = (program: string) => program.slice(program.lastIndexOf("/") + 1)

const isMissingProgram = (error: unknown) =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES")

const defined = (host: HostEnvironment) =>
  Object.fromEntries(Object.entries(host).filter((entry): entry is [string, string] => entry[1] !== undefined))

const revealed = (env: Command["env"] = {}) =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  )
