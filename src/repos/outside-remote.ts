import { askTrunk, isLocalAddress, parseTrunk } from "../platform/git/commands.ts"
import type { GitCall } from "../platform/git/git.ts"
import { fetchBranch, pushBranch, tryPush } from "../platform/git/outside-commands.ts"
import { sshHostOf } from "../platform/git/ssh.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { refusalOf, wordsOf } from "./git-words.ts"
import type { Refused } from "./mirror.ts"
import type { Place } from "./place.ts"

/** Where a repository of the server lives besides, as the workspace's settings say. */
export interface Remote {
  address: string
  /** Path of a private key of the workspace. */
  sshKey?: string
  /** Path of a token of the workspace, for https. */
  tokenFile?: string
}

/** The address with the secret of this name, as git is told of it. */
export function remoteWith(address: string, credential: string | undefined, keys: string): Remote {
  if (credential === undefined) return { address }
  const path = `${keys}/${credential}`
  return address.startsWith("https:") ? { address, tokenFile: path } : { address, sshKey: path }
}

/** Who is asked, for people; of a path on this disk nothing is told. */
export function hostOf(address: string): string | undefined {
  if (isLocalAddress(address)) return undefined
  return sshHostOf(address)?.host ?? URL.parse(address)?.host
}

export interface Theirs {
  branch: string
  /** Absent while nothing is there. */
  commit?: string
}

export const secretOf = ({ sshKey, tokenFile }: Remote): Pick<GitCall, "sshKey" | "tokenFile"> => ({
  ...(sshKey !== undefined && { sshKey }),
  ...(tokenFile !== undefined && { tokenFile }),
})

/** Asks what the trunk is outside, and brings its commits here under a ref that nobody is told of. */
export async function lookOutside(place: Place, remote: Remote): Promise<Theirs> {
  const { text } = await place.run({ ...askTrunk(remote.address, 15_000), ...secretOf(remote) })
  const commit = /^([0-9a-f]{40})\tHEAD$/m.exec(text)?.[1]
  const branch = parseTrunk(text) ?? (await place.trunk())
  if (commit === undefined) return { branch }
  const into = "refs/loopat/outside/trunk"
  if (!(await place.objects.head(commit)))
    await place.run({ ...fetchBranch(place.folder, remote.address, { branch, into }), ...secretOf(remote) })
  return { branch, commit }
}

/** False where the other side has something that this commit does not know of. */
export async function pushed(place: Place, remote: Remote, what: { commit: string; branch: string }): Promise<boolean> {
  try {
    await place.run({ ...pushBranch(place.folder, remote.address, what), ...secretOf(remote) })
    return true
  } catch (error) {
    const said = error instanceof CommandFailed ? error.stderr : ""
    if (/fetch first|non-fast-forward|\[rejected\]|failed to push some refs/.test(said)) return false
    throw error
  }
}

export type Tested =
  /** `reads`: it lets us look, and nothing more. */
  | { kind: "answers"; empty: boolean; writes: true }
  | { kind: "answers"; empty: boolean; writes: false; sentence: string }
  | ({ kind: "refused" } & Refused)

/** Whether an outside repository lets the workspace in, without changing anything on either side. */
export async function testRemote(place: Place, remote: Remote): Promise<Tested> {
  try {
    const { text } = await place.run({ ...askTrunk(remote.address, 15_000), ...secretOf(remote) })
    const empty = text.trim() === ""
    const refused = await refusedToWrite(place, remote)
    return refused === undefined
      ? { kind: "answers", empty, writes: true }
      : { kind: "answers", empty, writes: false, sentence: refused }
  } catch (error) {
    if (error instanceof CommandFailed) return { kind: "refused", ...(await refusedBy(place, remote, error)) }
    throw error
  }
}

async function refusedToWrite(place: Place, remote: Remote): Promise<string | undefined> {
  const commit = await place.resolve()
  if (commit === undefined) throw new Error("a repository of the server has no commit")
  try {
    await place.run({ ...tryPush(place.folder, remote.address, commit), ...secretOf(remote) })
    return undefined
  } catch (error) {
    if (error instanceof CommandFailed) return wordsAbout(remote, error)
    throw error
  }
}

/** Why it did not answer; an unknown host with what it shows of itself, for somebody to compare. */
export async function refusedBy({ git }: Pick<Place, "git">, remote: Remote, error: CommandFailed): Promise<Refused> {
  const why = refusalOf(error)
  const host = why === "host-unknown" ? sshHostOf(remote.address) : undefined
  const shown = host && (await git.scan(host))[0]
  return {
    ...{ why, sentence: wordsAbout(remote, error) },
    ...(shown && { hostKey: { host: host.host, fingerprint: shown.fingerprint } }),
  }
}

/** What git says when it cannot get there, without what is this host's own business. */
export function wordsAbout({ address, sshKey, tokenFile }: Remote, error: CommandFailed): string {
  const own = [
    ...(isLocalAddress(address) ? [[address, "the outside repository"]] : []),
    [sshKey, "the key"],
    [tokenFile, "the token"],
  ]
  return own.reduce((words, [path, name]) => (path && name ? words.replaceAll(path, name) : words), wordsOf(error))
}
