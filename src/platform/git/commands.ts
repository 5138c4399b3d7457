import { isAbsolute } from "node:path"
import type { GitCall } from "./git.ts"

/** Longest address of a repository, in characters. */
const longestAddress = 500

/**
 * An address that git may fetch from: `https://…`, `ssh://…`, `user@host:path` or an absolute path on this disk.
 * Credentials inside an address, other transports and anything that git could read as an option are refused.
 */
export function parseGitAddress(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > longestAddress || !printable.test(value)) return undefined
  if (isAbsolute(value)) return value.split("/").includes("..") ? undefined : value
  return scpLike.test(value) || isRemoteUrl(value) ? value : undefined
}

function isRemoteUrl(text: string): boolean {
  const url = URL.parse(text)
  if (!url || url.hostname === "" || url.hostname.startsWith("-") || url.password !== "") return false
  if (url.protocol === "https:") return url.username === ""
  return url.protocol === "ssh:" && !url.username.startsWith("-")
}

export const isLocalAddress = (address: string): boolean => isAbsolute(address)

const printable = /^[^\s\u0000-\u001f\u007f]+$/
const scpLike = /^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?!-)[^:\\]+$/

/** A branch, tag or commit as a person may write it (git-check-ref-format, plus no leading dash). */
export function parseRef(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length === 0 || value.length > 200) return undefined
  if (/[\s\u0000-\u001f\u007f~^:?*[\\]/.test(value) || /\.\.|@\{|\/\/|^[/-]|[/.]$|^@$/.test(value)) return undefined
  return value.split("/").some((part) => part.startsWith(".") || part.endsWith(".lock")) ? undefined : value
}

export const initBare = (repository: string): GitCall => ({
  args: ["init", "--bare", "--quiet", "--initial-branch=main", "--template=", "--", repository],
})

/** Answers `ref: refs/heads/<trunk>\tHEAD` when the other side says which branch it is. */
export const askTrunk = (address: string, timeoutMs: number): GitCall => ({
  args: ["ls-remote", "--symref", "--", address, "HEAD"],
  timeoutMs,
})

export function parseTrunk(text: string): string | undefined {
  return parseRef(/^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(text)?.[1])
}

/**
 * Trees that a checkout could be led astray by (`.git`, `..`, a name twice) never get in. Old histories are full of
 * three harmless faults, which pass.
 */
const checked = [
  "fetch.fsckObjects=true",
  "fetch.fsck.badTimezone=ignore",
  "fetch.fsck.missingSpaceBeforeDate=ignore",
  "fetch.fsck.zeroPaddedFilemode=ignore",
]

/** All branches and tags, nothing pruned from the object store: loops borrow from it. */
export const fetchAll = (repository: string, address: string, timeoutMs: number): GitCall => ({
  repository,
  args: [
    ...checked.flatMap((setting) => ["-c", setting]),
    "fetch",
    "--quiet",
    "--force",
    "--prune",
    "--no-auto-gc",
    "--no-write-fetch-head",
    "--",
    address,
    "+refs/heads/*:refs/heads/*",
    "+refs/tags/*:refs/tags/*",
  ],
  timeoutMs,
})

export const pointHead = (repository: string, trunk: string): GitCall => ({
  repository,
  args: ["symbolic-ref", "HEAD", `refs/heads/${trunk}`],
})

/** The commits that names stand for, asked by stdin so that no name is ever an argument. */
export const lookUp = (repository: string, names: readonly string[]): GitCall => ({
  repository,
  args: ["cat-file", "--batch-check=%(objecttype) %(objectname)"],
  stdin: names.map((name) => `${name}^{commit}\n`).join(""),
})

/** One answer per name, in order; undefined where there is no such commit. */
export function parseLookUp(text: string): (string | undefined)[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => /^commit ([0-9a-f]{40}|[0-9a-f]{64})$/.exec(line)?.[1])
}

/** A clone that borrows all objects of `source` and holds no files yet. */
export const cloneBorrowing = (source: string, folder: string): GitCall => ({
  args: [
    "clone",
    "--quiet",
    "--shared",
    "--no-checkout",
    "--no-recurse-submodules",
    "--template=",
    "--",
    source,
    folder,
  ],
  timeoutMs: 120_000,
})

export const setOrigin = (folder: string, address: string): GitCall => ({
  repository: `${folder}/.git`,
  args: ["config", "--replace-all", "remote.origin.url", address],
})

/** Where it pushes to, when that is not where it fetches from. */
export const setPushAddress = (folder: string, address: string): GitCall => ({
  repository: `${folder}/.git`,
  args: ["config", "--replace-all", "remote.origin.pushurl", address],
})

/** Files of `commit` on a new branch; without filters, since no configuration defines one. */
export const checkOutNew = (folder: string, branch: string, commit: string): GitCall => ({
  repository: `${folder}/.git`,
  workTree: folder,
  args: ["checkout", "--quiet", "--no-track", "--force", "-B", branch, commit, "--"],
  timeoutMs: 300_000,
})
