import { posix } from "node:path"
import { Gathered } from "../../lib/gathered.ts"
import type { Clock } from "../../platform/clock.ts"
import { type InsideArgv, insideEnvironment } from "../../platform/git/inside-changes.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import { boxAt, type Checkout, workdirIn } from "./inside.ts"

export interface Answer {
  /** It ended with exit code 0. */
  ok: boolean
  out: Buffer
  /** What it said to people: the end of its error output. */
  said: string
}

export interface AskOptions {
  stdin?: Uint8Array | string
  env?: Readonly<Record<string, string>>
  cwd?: string
  timeoutMs?: number
  maxOutput?: number
}

/** The git of one checkout inside a sandbox. Everything may fail with LinkFailed. */
export interface GitInside {
  /** Of which the checkout is the working folder. */
  readonly box: Box
  readonly checkout: Checkout
  /** The checkout's folder, as the sandbox sees it. */
  readonly folder: string
  ask(argv: InsideArgv, options?: AskOptions): Promise<Answer>
  /** Output as it comes, then what it said to people; ends the program when nobody reads on. Throws GitRefused for another exit code than 0. */
  pieces(argv: InsideArgv, options?: Omit<AskOptions, "maxOutput">): AsyncGenerator<Uint8Array, string, void>
}

export class GitRefused extends Error {
  override readonly name = "GitRefused"

  constructor(readonly said: string) {
    super("git inside refused")
  }
}

/** What git said is that there is none in its folder. */
export const hasNoRepository = (said: string): boolean => /not a git repository/i.test(said)

const gitMs = 20_000
const mostOutput = 16 << 20

export interface InsideNeeds {
  box: Box
  clock: Clock
  /** The working folder unless said. */
  checkout?: Checkout
}

export function createGitInside({ box: given, clock, checkout = workdirIn(given) }: InsideNeeds): GitInside {
  const { folder } = checkout
  const box = boxAt(given, checkout)
  const usual = insideEnvironment(posix.dirname(folder))
  // A checkout that has become a link leads nowhere.
  const usually = checkout.root === "workdir" ? { cwd: folder } : { within: { root: "workdir" as const, path: "" } }

  async function start(argv: InsideArgv, { stdin, env, cwd }: AskOptions) {
    const where = cwd === undefined ? usually : { cwd }
    const program = await box.run({ argv, ...where, env: { ...usual, ...env } })
    const fed = feed(program, stdin).catch(ignoreClosed)
    return { program, fed }
  }

  async function* pieces(argv: InsideArgv, { timeoutMs = gitMs, ...options }: AskOptions = {}) {
    const { program, fed } = await start(argv, options)
    await using ended = program
    const late = Promise.withResolvers<never>()
    late.promise.catch(() => undefined)
    const cancel = clock.after(timeoutMs, () => late.reject(new LinkFailed("timeout", "git took too long")))
    try {
      const reader = ended.stdout.getReader()
      for (;;) {
        const { done, value } = await Promise.race([reader.read(), late.promise])
        if (done) break
        yield value
      }
      const { code, signal } = await Promise.race([ended.exited, late.promise])
      await fed
      if (code === null && signal === null) throw new LinkFailed("gone", "the sandbox went away meanwhile")
      const said = await sayings(ended.stderr)
      if (code !== 0) throw new GitRefused(said)
      return said
    } finally {
      cancel()
    }
  }

  return {
    box,
    checkout,
    folder,
    pieces,
    async ask(argv, { maxOutput = mostOutput, ...options } = {}) {
      const output = new Gathered()
      const running = pieces(argv, options)
      try {
        let next = await running.next()
        for (; !next.done; next = await running.next()) {
          if (output.size + next.value.length > maxOutput) throw new LinkFailed("limit", "git said more than is read")
          output.push(next.value)
        }
        return { ok: true, out: output.take(), said: next.value }
      } catch (error) {
        if (error instanceof GitRefused) return { ok: false, out: output.take(), said: error.said }
        throw error
      } finally {
        await running.return("")
      }
    },
  }
}

type Program = Awaited<ReturnType<Box["run"]>>

async function feed(program: Program, stdin: AskOptions["stdin"]): Promise<void> {
  if (stdin !== undefined && stdin.length > 0) await program.write(stdin)
  await program.closeInput()
}

/** A program that ends before it read everything says why by its exit code. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof LinkFailed)) throw error
}

const mostSaid = 8_000

async function sayings(stream: ReadableStream<Uint8Array>): Promise<string> {
  const text = await new Response(stream).text()
  return text.slice(-mostSaid).trim()
}
