import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { UserName } from "../lib/ids.ts"
import { createDisk, type Disk } from "../platform/disk/disk.ts"
import { createGit } from "../platform/git/git.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { createShelves, type Moved, type Remote } from "../repos/index.ts"
import { type TestClock, testClock } from "./clock.ts"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import { tempFolder } from "./temp-folder.ts"

/** Repositories of a server in a folder of one test's own, with the real git. */
export async function shelvesWorld({
  admins = [],
  disk = createDisk(),
  environment = {},
}: { admins?: string[]; disk?: Disk; environment?: Record<string, string> } = {}) {
  const temp = await tempFolder()
  const processes = createProcesses({ PATH: process.env.PATH ?? "", HOME: temp.path, ...environment })
  const git = createGit({ processes, disk, folder: `${temp.path}/git`, knownHosts: `${temp.path}/known_hosts` })
  const clock: TestClock = testClock()
  const background = createBackground(silentLog)
  const opened: AsyncDisposable[] = []
  let remote: Remote | undefined
  let watched = true
  const open = () => {
    const shelves = createShelves({
      ...{ git, disk, clock, log: silentLog, background },
      folder: `${temp.path}/repos`,
      template: (path) => readFile(join(import.meta.dirname, "../..", path), "utf8"),
      isAdmin: (user: UserName) => admins.includes(user),
      remoteOf: () => remote,
      isWatched: () => watched,
    })
    opened.push(shelves)
    return shelves
  }
  const shelves = open()
  const news: Moved[] = []
  shelves.onMoved((one) => news.push(one))
  return {
    ...{ path: temp.path, background, disk, git, clock, shelves, open, news, processes },
    /** From now on every repository has this one outside. */
    attach: (to: Remote | undefined) => void (remote = to),
    /** Whether anybody is signed in. */
    watch: (now: boolean) => void (watched = now),
    gitCalls: () => processes.counts.get("git") ?? 0,
    async [Symbol.asyncDispose]() {
      await background[Symbol.asyncDispose]()
      for (const one of opened) await one[Symbol.asyncDispose]()
      await processes[Symbol.asyncDispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
}

/** For what has to do with copies of outside repositories only. */
export const nothingHosted = { place: () => Promise.reject(new Error("nothing is hosted here")) }

/** The repository as this machine's own git sees it. */
export async function gitIn(folder: string, ...args: string[]): Promise<string> {
  const child = Bun.spawn(["git", `--git-dir=${folder}`, ...args], { stdout: "pipe", stderr: "pipe" })
  const [text, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${errors}`)
  return text
}
