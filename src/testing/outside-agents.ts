import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { LoopId } from "../lib/ids.ts"
import type { DrivenLoop } from "../loops/index.ts"
import type { Shelf } from "../repos/index.ts"
import type { WayOut } from "../sandbox/index.ts"
import { outsideRepository } from "./git-repository.ts"
import { gitSshd } from "./git-sshd.ts"
import { repoName, userName } from "./loops.ts"
import { realAgent } from "./real-agent.ts"
import { ended } from "./real-looks.ts"
import { gitIn } from "./shelves.ts"
import { tempFolder } from "./temp-folder.ts"

export const [direct, mirrored, hosted] = [repoName("direct"), repoName("mirrored"), repoName("hosted")]

/** By this name the host is reached from inside, through the proxy of the allow-list. */
const hostInside = "git.listed.test"

/**
 * Two people with a key each and real agents, a repository of each kind, and a git host with a real sshd. The host lets
 * in the server's key, and of people whom the test lets in.
 */
export async function outsideAgents() {
  const folder = await tempFolder()
  const host = await gitSshd(join(folder.path, "host"))
  const { port, username } = new URL(host.address("x"))
  const addressOfDirect = `ssh://${username}@${hostInside}/direct.git`
  const outsideOf = {
    direct: await outsideRepository(join(host.repositories, "direct.git"), { "README.md": "only for some\n" }),
    mirrored: await outsideRepository(join(host.repositories, "mirrored.git"), { "README.md": "for everybody\n" }),
  }
  const homes = new Map<string, string>()
  const people = { alice: await newPerson(folder.path, "alice"), bob: await newPerson(folder.path, "bob") }

  const real = await realAgent(
    {},
    {
      contexts: true,
      outside: {
        roster: [
          { name: direct, git: addressOfDirect, access: "direct" },
          { name: mirrored, git: host.address("mirrored.git"), credential: "host" },
          { name: hosted, git: "", access: "hosted" },
        ],
        remoteOf: (shelf) => addressed(homes.get("user" in shelf && shelf.user !== "alice" ? "" : shelf.context)),
        wayOut: wayTo(Number(port)),
      },
    },
  )
  const { world } = real
  for (const [name, { key }] of Object.entries(people)) await putIntoVault(join(world.home, "personal", name), key)
  await mkdir(join(world.home, "keys"), { recursive: true })
  await copyFile(host.userKey, join(world.home, "keys/host"))
  await world.repos.confirmHost(mirrored, await host.fingerprint())
  return {
    ...{ real, world, host, people, outsideOf, addressOfDirect },
    /** An empty repository for a context of everybody, or of alice, to live in besides once it is attached. */
    async home(context: Shelf["context"]): Promise<{ path: string; attach(): void }> {
      const path = join(folder.path, `${context}.git`)
      await gitIn(path, "init", "--quiet", "--bare", "--initial-branch=main")
      return { path, attach: () => void homes.set(context, path) }
    },
    /** Has the agent run these lines, one after the other, and returns all that its transcript has then. */
    async agentRuns(loop: DrivenLoop, turns: number, ...lines: string[]): Promise<string> {
      await real.send(loop, [...lines.map((line) => `#bash ${line}`), "#say done"].join("\n"))
      return JSON.stringify(await real.wait(loop, (all) => ended(turns)(all) && all, `turn ${turns}`))
    },
    /** What becomes of a loop whose driver is another person from now on. */
    async handOver(loop: LoopId, to: "alice" | "bob"): Promise<DrivenLoop> {
      const home = join(world.home, "loops", loop, "home", to)
      await mkdir(home, { recursive: true })
      await real.sandboxes.giveAway(home)
      await real.sandboxes.stop(loop, "it was handed over")
      await world.loops.change(loop, (record) => ({ ...record, driver: userName(to) }))
      return real.driven(loop, to)
    },
    /** Fingerprints of the keys that the host has let in, in order. */
    logins: () => logins(folder.path),
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const addressed = (address: string | undefined) => (address === undefined ? undefined : { address })

async function logins(folder: string): Promise<string[]> {
  const log = await readFile(join(folder, "host/log"), "utf8")
  return [...log.matchAll(/Accepted publickey .* (SHA256:\S+)/g)].map(([, key = ""]) => key)
}

/** Wherever that name seems to be, what is connected to is the sshd of this machine. */
const wayTo = (port: number): WayOut => ({
  blockRanges: () => [],
  allowHosts: async () => [hostInside, `${hostInside}:${port}`],
  refused: () => {},
  lookup: async () => ["93.184.216.34"],
  dial: ({ socket }) => Bun.connect({ hostname: "127.0.0.1", port, socket }),
})

interface Person {
  /** Path of the private key. */
  key: string
  publicKey: string
  fingerprint: string
}

async function newPerson(folder: string, name: string): Promise<Person> {
  const key = join(folder, name)
  await Bun.$`ssh-keygen -q -t ed25519 -N ${""} -C ${name} -f ${key}`
  const [, fingerprint = ""] = (await Bun.$`ssh-keygen -l -f ${key}.pub`.text()).split(" ")
  return { key, publicKey: await readFile(`${key}.pub`, "utf8"), fingerprint }
}

/** What a person writes into it so that one host has two names. */
const sshConfig = `StrictHostKeyChecking accept-new\nHost 127.0.0.1\n  HostName ${hostInside}\n`

/** As a person's vault has them, from where they reach his loops. */
async function putIntoVault(personal: string, key: string): Promise<void> {
  const ssh = join(personal, ".loopat/vaults/default/mounts/home/.ssh")
  await mkdir(ssh, { recursive: true })
  await writeFile(join(ssh, "config"), sshConfig)
  await copyFile(key, join(ssh, "id_ed25519"))
}

/** Ids of everything that git holds anywhere below a folder, but for one that is left out. */
export async function objectsBelow(folder: string, except = ""): Promise<Set<string>> {
  await using empty = await tempFolder()
  await gitIn(empty.path, "init", "--quiet", "--bare")
  const stores = new Bun.Glob("**/objects").scan({ cwd: folder, dot: true, onlyFiles: false, absolute: true })
  const found = new Set<string>()
  for await (const store of stores) {
    if (isBelow(store, except)) continue
    const env = { PATH: process.env.PATH ?? "", GIT_DIR: empty.path, GIT_OBJECT_DIRECTORY: store }
    const listed = await Bun.$`git cat-file --batch-all-objects --batch-check=${"%(objectname)"}`
      .env(env)
      .quiet()
      .text()
    for (const id of listed.split("\n").filter(Boolean)) found.add(id)
  }
  return found
}

/** Files below a folder that contain a text, but for those of one that is left out. */
export async function filesWith(text: string, folder: string, except = ""): Promise<string[]> {
  const { stdout } = await Bun.$`grep -rlF -e ${text} ${folder}`.quiet().nothrow()
  return stdout
    .toString()
    .split("\n")
    .filter((path) => path !== "" && !isBelow(path, except))
}

const isBelow = (path: string, folder: string): boolean => folder !== "" && path.startsWith(`${folder}/`)
