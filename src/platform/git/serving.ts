import type { GitCall } from "./git.ts"

/** What others fetch from a repository of ours; refs of the server's own book-keeping are not told. */
const upload = ["-c", "transfer.hideRefs=refs/loopat", "upload-pack", "--stateless-rpc"]

type Served = Pick<GitCall, "protocol">

export const advertiseUpload = (repository: string, served: Served): GitCall => ({
  ...served,
  args: [...upload, "--http-backend-info-refs", repository],
})

/** Reads one request of the protocol, writes one answer. */
export const answerUpload = (repository: string, served: Served): GitCall => ({
  ...served,
  args: [...upload, repository],
})

/** Where objects lie that nobody has looked at yet, beside those of the repository. */
export interface Quarantine {
  repository: string
  folder: string
}

const apart = ({ repository, folder }: Quarantine) => ({
  repository,
  objects: { folder, besides: `${repository}/objects` },
})

/** Takes a pack from stdin into the quarantine, with each object looked at as strictly as git can. */
export const indexPack = (quarantine: Quarantine, mostBytes: number): GitCall => ({
  ...apart(quarantine),
  args: [
    ...["-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync", "-c", "pack.threads=1"],
    ...["index-pack", "--stdin", "--fix-thin", `--max-input-size=${mostBytes}`],
    "--strict=badTimezone=ignore,missingSpaceBeforeDate=ignore,zeroPaddedFilemode=ignore",
  ],
})

/**
 * Every object that these commits need and no ref of the repository has: a commit alone on its line, anything else
 * with its path behind it. Fails when one of them is nowhere.
 */
export const newObjects = (quarantine: Quarantine, tips: readonly string[]): GitCall => ({
  ...apart(quarantine),
  args: ["rev-list", "--objects", "--stdin", "--not", "--all"],
  stdin: tips.map((tip) => `${tip}\n`).join(""),
  timeoutMs: 120_000,
  maxOutput: 32 << 20,
})

export const isAncestorApart = (quarantine: Quarantine, older: string, newer: string): GitCall => ({
  ...apart(quarantine),
  args: ["merge-base", "--is-ancestor", older, newer],
  answers: [0, 1],
})

/** One commit from which both come; with code 1 where there is none. */
export const mergeBaseApart = (quarantine: Quarantine, one: string, other: string): GitCall => ({
  ...apart(quarantine),
  args: ["merge-base", one, other],
  answers: [0, 1],
})
