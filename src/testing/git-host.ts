import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type LoopId, parseLoopId } from "../lib/ids.ts"
import { createDisk, type Disk } from "../platform/disk/disk.ts"
import { type Asker, createGitHost, createRepos, type RepoEntry, type Resting } from "../repos/index.ts"
import { testIds } from "./clock.ts"
import { userName } from "./loops.ts"
import { shelvesWorld } from "./shelves.ts"

export const ownLoop = sure("11111111-1111-4111-8111-111111111111")
export const otherLoop = sure("22222222-2222-4222-8222-222222222222")

function sure(text: string): LoopId {
  const id = parseLoopId(text)
  if (!id) throw new Error(text)
  return id
}

/** The server's git host on a port of its own, where the first part of the address says who asks. */
/** `environment`: of the programs that the server starts. */
export async function gitHostWorld({
  disk = createDisk(),
  environment = {},
}: { disk?: Disk; environment?: Record<string, string> } = {}) {
  const world = await shelvesWorld({ admins: ["root"], disk, environment })
  const gates = new Set(["knowledge"])
  const roster: RepoEntry[] = []
  const repos = createRepos({
    ...{ git: world.git, disk, clock: world.clock, shelves: world.shelves, roster: async () => roster },
    ...{ folder: `${world.path}/repos`, keys: `${world.path}/keys` },
  })
  let resting: readonly (Resting | undefined)[] = []
  const host = createGitHost({
    ...{ shelves: world.shelves, repos, git: world.git, clock: world.clock, ids: testIds() },
    isGated: (context) => gates.has(context),
  })
  const nextState = () => {
    const [state, ...later] = resting
    if (later.length > 0) resting = later
    return state
  }
  const never = async () => undefined
  const askers: Record<string, Asker> = {
    loop: { kind: "loop", loop: ownLoop, user: userName("alice"), rests: async () => nextState() },
    other: { kind: "loop", loop: otherLoop, user: userName("bob"), rests: never },
    alice: { kind: "member", user: userName("alice"), admin: false, mayPush: true, rests: never },
    reader: { kind: "member", user: userName("alice"), admin: false, mayPush: false, rests: never },
    root: { kind: "member", user: userName("root"), admin: true, mayPush: true, rests: never },
  }
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    maxRequestBodySize: 1 << 30,
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url)
      const [, who = ""] = url.pathname.split("/")
      const asker = askers[who]
      url.pathname = url.pathname.slice(who.length + 1)
      return (asker && (await host.serve(asker, new Request(url, request)))) ?? new Response("", { status: 404 })
    },
  })
  const root = join(world.path, "work")
  await mkdir(root)
  return {
    ...world,
    ...{ host, gates, repos, roster, askers },
    /** The person behind `loop`. */
    user: userName("alice"),
    /** What a loop is found to be at each look; the last one stays. */
    rest: (...states: (Resting | undefined)[]) => void (resting = states),
    address: (who: string, name: string) => `http://127.0.0.1:${server.port}/${who}/git/${name}.git`,
    /** A clone as a person or a loop has it. */
    async clone(who: string, name: string, folder = `${who}-${name}`): Promise<Clone> {
      const path = join(root, folder)
      const url = `http://127.0.0.1:${server.port}/${who}/git/${name}.git`
      const cloned = await git(root, ["clone", "--quiet", url, path])
      if (cloned.code !== 0) throw new Error(cloned.said)
      return cloneAt(path)
    },
    /** A clone of any repository of this machine. */
    cloneOf: cloneWith,
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await world[Symbol.asyncDispose]()
    },
  }
}

export interface Clone {
  path: string
  git(...args: string[]): Promise<Answer>
  /** Writes files and commits them. */
  commit(files: Record<string, string | Uint8Array>): Promise<string>
}

export interface Answer {
  code: number
  out: string
  said: string
}

export async function cloneWith(address: string, path: string): Promise<Clone> {
  const cloned = await git(dirname(path), ["clone", "--quiet", address, path])
  if (cloned.code !== 0) throw new Error(cloned.said)
  return cloneAt(path)
}

function cloneAt(path: string): Clone {
  const run = (...args: string[]) => git(path, args)
  return {
    path,
    git: run,
    async commit(files) {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true })
        await writeFile(join(path, name), content)
      }
      await run("add", "--all", "--force")
      const made = await run("commit", "--quiet", "--allow-empty", "-m", "Change")
      if (made.code !== 0) throw new Error(made.said)
      return (await run("rev-parse", "HEAD")).out.trim()
    },
  }
}

async function git(cwd: string, args: readonly string[]): Promise<Answer> {
  const child = Bun.spawn(["git", "-c", "user.name=Inside", "-c", "user.email=inside@example.org", ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? "", HOME: cwd, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" },
    stdout: "pipe",
    stderr: "pipe",
  })
  const [out, said, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, out, said }
}
