import type { GitCall } from "./git.ts"

/** One branch of an outside repository, under a ref of our own. Trees that could lead a checkout astray never get in. */
export const fetchBranch = (
  repository: string,
  address: string,
  { branch, into }: { branch: string; into: string },
): GitCall => ({
  repository,
  args: [
    ...["-c", "core.fsync=all", "-c", "fetch.fsckObjects=true", "-c", "fetch.fsck.badTimezone=ignore"],
    ...["fetch", "--quiet", "--no-tags", "--no-auto-gc", "--no-write-fetch-head", "--"],
    ...[address, `+refs/heads/${branch}:${into}`],
  ],
  timeoutMs: 60_000,
})

/** Forward only: what the other side has meanwhile is never overwritten. */
export const pushBranch = (
  repository: string,
  address: string,
  { commit, branch }: { commit: string; branch: string },
): GitCall => ({
  repository,
  args: ["push", "--quiet", "--porcelain", "--no-follow-tags", "--", address, `${commit}:refs/heads/${branch}`],
  timeoutMs: 15_000,
})

/** Asks the other side for the right to push a branch that nobody has, and pushes nothing. */
export const tryPush = (repository: string, address: string, commit: string): GitCall => ({
  repository,
  args: ["push", "--dry-run", "--quiet", "--porcelain", "--", address, `${commit}:refs/heads/loopat/test`],
  timeoutMs: 15_000,
})

/** Commits behind `newer` that `older` does not have, one id a line. */
export const commitsBetween = (repository: string, older: string, newer: string): GitCall => ({
  repository,
  args: ["rev-list", newer, `^${older}`],
  timeoutMs: 120_000,
  maxOutput: 8 << 20,
})

/** The trunk and every branch of the other side. */
export const askBranches = (address: string): GitCall => ({
  args: ["ls-remote", "--", address, "HEAD", "refs/heads/*"],
  timeoutMs: 15_000,
  maxOutput: 8 << 20,
})

/** Over `was` and nothing else, and only onto nothing where that is absent; without `commit` the branch is removed. */
export const pushOver = (
  repository: string,
  address: string,
  { branch, commit = "", was = "" }: { branch: string; commit?: string | undefined; was?: string | undefined },
): GitCall => ({
  repository,
  args: [
    ...["push", "--quiet", "--porcelain", "--no-follow-tags", `--force-with-lease=refs/heads/${branch}:${was}`],
    ...["--", address, `${commit}:refs/heads/${branch}`],
  ],
  timeoutMs: 15_000,
})
