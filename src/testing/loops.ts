import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { parseRepoName, parseUserName, parseVaultName, type RepoName, type UserName } from "../lib/ids.ts"
import { type AgentNews, createLoops, type LoopNews, type LoopsDoor, type LoopsNeeds } from "../loops/index.ts"
import { createBackground } from "../platform/background.ts"
import { systemIds } from "../platform/clock.ts"
import type { DiskCalls } from "../platform/disk/calls.ts"
import { createDisk, type Disk } from "../platform/disk/disk.ts"
import { createEvents, type Events } from "../platform/events.ts"
import { createGit, type Git } from "../platform/git/git.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { type Log, silentLog } from "../platform/log.ts"
import { createProcesses, type Processes } from "../platform/process/processes.ts"
import { createRepos, createShelves, type Remote, type RepoEntry, type Repos, type Shelf } from "../repos/index.ts"
import { createHub, type Hub } from "../platform/sse/hub.ts"
import { type TestClock, testClock } from "./clock.ts"
import { tempFolder } from "./temp-folder.ts"

export const userName = (text: string): UserName => sure(parseUserName(text), text)
export const repoName = (text: string): RepoName => sure(parseRepoName(text), text)

export const person = (name: string, role: SignedIn["role"] = "member"): SignedIn => ({
  name: userName(name),
  displayName: name,
  role,
  login: `login-${name}`,
})

export interface TestLoopsOptions {
  /** Keeps a home across several runs of the program; the caller removes it. */
  home?: string
  roster?: RepoEntry[]
  /** Loops get checkouts of knowledge, notes and personal. */
  contexts?: boolean
  /** Where contexts live besides. */
  remoteOf?: (shelf: Shelf) => Remote | undefined
  /** A layer over the system calls of the disk, for faults. */
  over?: (calls: DiskCalls) => DiskCalls
  log?: Log
  needs?: Partial<LoopsNeeds>
}

export interface TestLoops extends AsyncDisposable {
  home: string
  loops: LoopsDoor
  repos: Repos
  shelves: ReturnType<typeof createShelves>
  git: Git
  disk: Disk
  clock: TestClock
  hub: Hub
  events: Events<LoopNews & AgentNews>
  processes: Processes
  /** What was announced, in order. */
  news: { name: string; loop: string }[]
  /** What the sandbox side was asked for, in order. */
  asked: string[]
  /** What was written into the audit: who, what, which loop. */
  audited: string[]
  /** Resolves when the loop's news with this name came, or has come before. */
  told(name: string, loop: string): Promise<void>
}

/** The loops feature whole: real disk, real git, and in the place of sandboxes a list of what was asked of them. */
export async function testLoops(options: TestLoopsOptions = {}): Promise<TestLoops> {
  const folder = options.home === undefined ? await tempFolder() : undefined
  const home = options.home ?? folder?.path ?? ""
  const log = options.log ?? silentLog
  const clock = testClock()
  const disk = createDisk(options.over)
  const events = createEvents<LoopNews & AgentNews>(log)
  const hub = createHub()
  const background = createBackground(log)
  const processes = createProcesses({ PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home })
  const git = createGit({ processes, disk, folder: `${home}/runtime/git`, knownHosts: `${home}/known_hosts` })
  const shelves = createShelves({
    ...{ git, disk, clock, log, background, folder: `${home}/repos` },
    template: (path) => readFile(join(import.meta.dirname, "../..", path), "utf8"),
    isAdmin: (user) => user === "root",
    remoteOf: options.remoteOf ?? (() => undefined),
    isWatched: () => false,
  })
  const repos = createRepos({
    ...{ git, disk, clock, shelves, folder: `${home}/repos`, keys: `${home}/keys` },
    roster: async () => options.roster ?? [],
  })
  const asked: string[] = []
  const audited: string[] = []
  const { news, told } = listen(events)
  const loops = createLoops({
    ...{ disk, clock, ids: systemIds, log, events, hub, background, home, repos },
    isAdmin: (user) => user === "root",
    distillDoctrine: "# This loop distills\n",
    heldText: async () => undefined,
    ...(options.contexts === true && { contexts: { shelves, git } }),
    sandboxes: {
      giveAway: async (path) => void asked.push(`give ${path.slice(home.length)}`),
      erase: async (path) => {
        asked.push(`erase ${path.slice(home.length)}`)
        await disk.remove(path)
      },
      remove: async (loop) => void asked.push(`remove ${loop}`),
      stop: async (loop) => void asked.push(`stop ${loop}`),
      start: async () => ({ kind: "failed", reason: "podman-missing", detail: "there is none here" }),
    },
    defaults: async () => ({
      vault: sure(parseVaultName("default"), "default"),
      visibility: "workspace",
      network: "open",
      permissionMode: "bypassPermissions",
      thinking: "auto",
    }),
    identity: async (user) => ({ displayName: user, email: `${user}@example.org` }),
    inspectWork: async () => [],
    endWork: async (loop) => void asked.push(`end ${loop}`),
    note: async (user, action, { loop }) => void audited.push(`${user.name} ${action} ${loop}`),
    network: () => ({ mode: "open", allowHosts: [], driversMayAllow: false }),
    walls: () => ({ hardening: "standard", nested: "off" }),
    limits: () => ({ limits: { cpus: 2, memory: "4g" } }),
    keptDays: () => 14,
    ...options.needs,
  })
  return {
    ...{ home, loops, repos, shelves, git, disk, clock, hub, events, processes, news, asked, audited, told },
    async [Symbol.asyncDispose]() {
      await loops[Symbol.asyncDispose]()
      await background[Symbol.asyncDispose]()
      await shelves[Symbol.asyncDispose]()
      await processes[Symbol.asyncDispose]()
      await folder?.[Symbol.asyncDispose]()
    },
  }
}

const names = [
  "loop.created",
  "loop.changed",
  "loop.ready",
  "loop.archived",
  "loop.restored",
  "loop.deleted",
  "transcript.appended",
] as const

function listen(events: Events<LoopNews & AgentNews>) {
  const news: TestLoops["news"] = []
  const waiting = new Set<() => void>()
  for (const name of names) {
    events.on(name, ({ loop }) => {
      news.push({ name, loop })
      for (const look of [...waiting]) look()
    })
  }
  const told = (name: string, loop: string) =>
    new Promise<void>((done) => {
      const look = () => {
        if (!news.some((one) => one.name === name && one.loop === loop)) return
        waiting.delete(look)
        done()
      }
      waiting.add(look)
      look()
    })
  return { news, told }
}

function sure<T>(value: T | undefined, text: string): T {
  if (value === undefined) throw new Error(`not valid: ${text}`)
  return value
}
