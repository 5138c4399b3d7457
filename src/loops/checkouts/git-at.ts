import { posix } from "node:path"
import { type InsideArgv, insideEnvironment } from "../../platform/git/inside-changes.ts"
import { withoutHooks } from "../../platform/git/inside-turns.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import { boxAt, type Checkout } from "./inside.ts"

/** The git of one of a loop's checkouts, inside its sandbox. Everything may fail with LinkFailed. */
export type GitAt = (argv: InsideArgv, env?: Readonly<Record<string, string>>, timeoutMs?: number) => Promise<GitAnswer>

export interface GitAnswer {
  ok: boolean
  code: number
  out: string
  said: string
}

const usualMs = 30_000
const mostOutput = 1 << 20

export function gitAt(box: Box, checkout: Checkout): GitAt {
  const { folder, root } = checkout
  const usual = { ...insideEnvironment(posix.dirname(folder)), ...withoutHooks }
  // A checkout that has become a link leads nowhere.
  const where = root === "workdir" ? { cwd: folder } : { within: { root: "workdir" as const, path: "" } }
  const here = boxAt(box, checkout)
  return async (argv, env, timeoutMs = usualMs) => {
    const limits = { timeoutMs, maxOutput: mostOutput }
    const { code, stdout, stderr } = await here.capture({ argv, ...where, env: { ...usual, ...env } }, limits)
    if (code === null) throw new LinkFailed("gone", "the sandbox went away meanwhile")
    return { ok: code === 0, code, out: stdout.trim(), said: stderr.trim().slice(-2_000) }
  }
}
