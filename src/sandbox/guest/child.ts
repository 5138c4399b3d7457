import { type Exit, limits, type Program } from "../link/protocol.ts"
import { markName, originOf, signalMarked, signalQuietly } from "./marks.ts"
import { ttyOf } from "./tty.ts"

/** Where a program's output goes. The promise is the reader's pace. */
export interface Output {
  stdout(bytes: Uint8Array): Promise<void>
  stderr(bytes: Uint8Array): Promise<void>
}

export interface Child {
  /** When it started, see `originOf`. */
  readonly since: number | undefined
  write(bytes: Uint8Array): Promise<void>
  closeInput(): Promise<void>
  signal(name: NodeJS.Signals): void
  resize(columns: number, rows: number): void
  /** What a terminal that goes away tells its programs: a shell that ignores TERM obeys this. */
  hangUp(): void
  /** It has ended, and everything that it left behind got a TERM: nothing with its mark is signalled any more. */
  readonly gone: Promise<void>
  /** After the last output. */
  readonly exited: Promise<Exit>
}

/** Starts a program in a session of its own, marked. Throws what the system says when it cannot be started. */
export function startChild(program: Program, mark: string, output: Output): Child {
  const marked = { ...program, env: { ...program.env, [markName]: mark } }
  return program.pty ? startInTerminal(marked, mark, output) : startWithPipes(marked, mark, output)
}

function startWithPipes(program: Program, mark: string, output: Output): Child {
  const child = Bun.spawn(program.argv, {
    cwd: program.cwd,
    env: program.env,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  })
  const pumped = Promise.all([pump(child.stdout, output.stdout), pump(child.stderr, output.stderr)])
  const gone = child.exited.then(() => void signalMarked(mark, "SIGTERM"))
  return {
    since: originOf(child.pid)?.start,
    write: (bytes) =>
      ignoreClosedInput(
        () => child.stdin.write(bytes),
        () => child.stdin.flush(),
      ),
    closeInput: () => ignoreClosedInput(() => child.stdin.end()),
    signal: (name) => void signalQuietly(-child.pid, name),
    resize() {},
    hangUp() {},
    gone,
    exited: gone.then(async () => {
      await pumped
      return exitOf(child)
    }),
  }
}

function startInTerminal(program: Program, mark: string, output: Output): Child {
  const { columns, rows } = program.pty ?? { columns: 80, rows: 24 }
  let unsent = 0
  let held = false
  const hold = (yes: boolean) => {
    if (held === yes) return
    held = yes
    if (yes) tty?.hold()
    else tty?.release()
  }
  const atEnd = Promise.withResolvers<void>()
  const child = Bun.spawn(program.argv, {
    cwd: program.cwd,
    env: { TERM: "xterm-256color", ...program.env },
    terminal: {
      cols: columns,
      rows,
      data(_terminal, bytes) {
        unsent += bytes.length
        // In small pieces: one that is not wholly taken counts as a whole.
        for (const piece of inPieces(bytes)) {
          void output.stdout(piece).then(() => {
            unsent -= piece.length
            if (unsent <= limits.terminalUnsent / 2) hold(false)
          })
        }
        if (unsent > limits.terminalUnsent) hold(true)
      },
      exit: () => atEnd.resolve(),
    },
  })
  const tty = ttyOf(child.pid)
  const gone = child.exited.then(() => void signalMarked(mark, "SIGTERM"))
  return {
    since: originOf(child.pid)?.start,
    async write(bytes) {
      child.terminal?.write(bytes)
    },
    async closeInput() {
      child.terminal?.write(endOfTransmission)
    },
    signal: (name) => void signalQuietly(-child.pid, name),
    resize: (newColumns, newRows) => child.terminal?.resize(newColumns, newRows),
    hangUp: () => void signalQuietly(-child.pid, "SIGHUP"),
    gone,
    exited: gone.then(async () => {
      // Somebody who ignores TERM may hold the terminal open; what it still prints is not waited for.
      await Promise.race([atEnd.promise, Bun.sleep(lastOutputMs)])
      child.terminal?.close()
      return exitOf(child)
    }),
  }
}

const exitOf = (child: Bun.Subprocess): Exit => ({
  code: child.exitCode,
  signal: child.signalCode === null ? null : String(child.signalCode),
})

const endOfTransmission = "\u0004"
const lastOutputMs = 200

async function pump(from: ReadableStream<Uint8Array>, to: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for await (const bytes of from) for (const piece of inPieces(bytes)) await to(piece)
}

function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += limits.piece) yield bytes.subarray(at, at + limits.piece)
}

/** A program may close its input while we write; its exit code says whether that was right. */
async function ignoreClosedInput(...steps: (() => unknown)[]): Promise<void> {
  try {
    for (const step of steps) await step()
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error
  }
}
