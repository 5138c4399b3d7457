import { type InsideArgv, insideEnvironment } from "../../platform/git/inside-changes.ts"
import { withoutHooks } from "../../platform/git/inside-turns.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"

/** The git of one of a loop's checkouts, inside its sandbox. Everything may fail with LinkFailed. */
export type GitAt = (argv: InsideArgv, env?: Readonly<Record<string, string>>) => Promise<GitAnswer>

export interface GitAnswer {
  ok: boolean
  code: number
  out: string
  said: string
}

const limits = { timeoutMs: 30_000, maxOutput: 1 << 20 }

export const gitAt =
  (box: Box, folder: string): GitAt =>
  async (argv, env) => {
    const usual = { ...insideEnvironment("/loopat/context"), ...withoutHooks }
    const { code, stdout, stderr } = await box.capture({ argv, cwd: folder, env: { ...usual, ...env } }, limits)
    if (code === null) throw new LinkFailed("gone", "the sandbox went away meanwhile")
    return { ok: code === 0, code, out: stdout.trim(), said: stderr.trim().slice(-2_000) }
  }
