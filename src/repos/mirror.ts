import { z } from "zod"
import type { RepoName } from "../lib/ids.ts"
import { type Clock, timestamp } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import {
  askTrunk,
  fetchAll,
  initBare,
  isLocalAddress,
  lookUp,
  parseLookUp,
  parseTrunk,
  pointHead,
} from "../platform/git/commands.ts"
import type { Git } from "../platform/git/git.ts"
import { readRef } from "../platform/git/refs.ts"
import { sshHostOf } from "../platform/git/ssh.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { type Refusal, refusalOf, wordsOf } from "./git-words.ts"
import { type Confirmed, confirmShown } from "./host-keys.ts"
import { hostedMark } from "./hosted.ts"
import { clearLeftovers } from "./leftovers.ts"

/** What a look at the outside repository gave. */
export type Refreshed =
  | { kind: "fresh"; at: string }
  /** The outside gave nothing; what was fetched at `at` is still there. */
  | ({ kind: "stale"; at: string } & Refused)
  | ({ kind: "unreachable" } & Refused)

export interface Refused {
  why: Refusal
  /** What git or ssh said, with credentials taken out. */
  sentence: string
  /** What an unknown host shows of itself, for somebody to compare. */
  hostKey?: { host: string; fingerprint: string }
}

/** A bare copy of one outside repository. Only this program's git ever touches it. */
export interface Mirror {
  /** Fetches unless that was done within the last minute; askers at the same time share one fetch. */
  refresh(): Promise<Refreshed>
  /** From now on the host is known by this fingerprint, if that is what it shows. */
  confirm(fingerprint: string): Promise<Confirmed>
  /** The commit of a branch, tag or commit id; without `ref` that of the trunk. */
  resolve(ref?: string): Promise<{ commit: string; ref: string } | undefined>
}

const MirrorRecord = z.looseObject({
  version: z.literal(1),
  address: z.string(),
  fetchedAt: z.iso.datetime(),
  trunk: z.string(),
})

/** Of a copy whose name is that of a repository that lives here: nothing is fetched over it. */
const taken: Refused = {
  why: "no-repository",
  sentence: "This server hosts another repository of this name. List this one under another name.",
}

const firstFetchMs = 600_000
const laterFetchMs = 15_000
const freshMs = 60_000

export interface MirrorNeeds {
  git: Git
  disk: Disk
  clock: Clock
  /** The bare repository's folder. */
  folder: string
  name: RepoName
  address: string
  /** Path of the private key for ssh. */
  sshKey?: string
}

export function createMirror({ git, disk, clock, folder, name, address, sshKey }: MirrorNeeds): Mirror {
  const file = disk.jsonFile(`${folder}/loopat.json`, (value) => MirrorRecord.parse(value))
  let fetching: Promise<Refreshed> | undefined
  let locksCleared = false
  const key = sshKey === undefined ? {} : { sshKey }

  /** What we have of this address; a mirror of a former address under the same name does not count. */
  async function had() {
    const record = await file.read()
    return record?.address === address ? record : undefined
  }

  async function atTrunk(trunk: string) {
    const commit = await readRef(disk, folder, `refs/heads/${trunk}`)
    return commit === undefined ? undefined : { commit, ref: trunk }
  }

  async function refresh(): Promise<Refreshed> {
    const before = await had()
    // What was fetched in the future was fetched by a clock that was set back since.
    if (before && Math.abs(clock.now() - Date.parse(before.fetchedAt)) < freshMs)
      return { kind: "fresh", at: before.fetchedAt }
    if (await disk.exists(hostedMark(folder))) return { kind: "unreachable", ...taken }
    try {
      return await fetchNow(before ? laterFetchMs : firstFetchMs, before?.trunk)
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error
      const refused = await refusedBy(error)
      return before ? { kind: "stale", at: before.fetchedAt, ...refused } : { kind: "unreachable", ...refused }
    }
  }

  async function refusedBy(error: CommandFailed): Promise<Refused> {
    const why = refusalOf(error)
    // Where a repository lies on this host is nobody's business but the administrator's.
    const sentence = isLocalAddress(address) ? wordsOf(error).replaceAll(address, name) : wordsOf(error)
    const host = why === "host-unknown" ? sshHostOf(address) : undefined
    const shown = host && (await git.scan(host))[0]
    return { why, sentence, ...(shown && { hostKey: { host: host.host, fingerprint: shown.fingerprint } }) }
  }

  async function fetchNow(timeoutMs: number, knownTrunk: string | undefined): Promise<Refreshed> {
    if (!(await disk.exists(`${folder}/HEAD`))) {
      await disk.makeFolder(folder)
      await git.run(initBare(folder))
    }
    if (!locksCleared) await clearLeftovers(disk, folder)
    locksCleared = true
    // Both are waited for, so that no fetch is left running when the other question failed.
    const [answer, fetched] = await Promise.allSettled([
      git.run({ ...askTrunk(address, timeoutMs), ...key }),
      git.run({ ...fetchAll(folder, address, timeoutMs), ...key }),
    ])
    if (fetched.status === "rejected") throw fetched.reason
    if (answer.status === "rejected") throw answer.reason
    const trunk = parseTrunk(answer.value.text) ?? knownTrunk ?? "main"
    if (trunk !== knownTrunk) await git.run(pointHead(folder, trunk))
    const at = timestamp(clock)
    await file.update((old) => ({ ...old, version: 1, address, fetchedAt: at, trunk }))
    return { kind: "fresh", at }
  }

  return {
    refresh() {
      fetching ??= refresh().finally(() => {
        fetching = undefined
      })
      return fetching
    },
    confirm: (fingerprint) => confirmShown(git, sshHostOf(address), fingerprint),
    async resolve(ref) {
      const record = await had()
      if (!record) return undefined
      // The newest of all is asked for by pages, and no program is started for it.
      if (ref === undefined) return atTrunk(record.trunk)
      const isCommit = /^[0-9a-f]{7,64}$/.test(ref)
      const names = [`refs/heads/${ref}`, `refs/tags/${ref}`, ...(isCommit ? [ref] : [])]
      const { text } = await git.run(lookUp(folder, names))
      const commit = parseLookUp(text).find((found) => found !== undefined)
      return commit === undefined ? undefined : { commit, ref }
    },
  }
}
