import { dirname } from "node:path"
import type { Disk } from "../disk/disk.ts"
import { createSerial } from "../disk/serial.ts"
import { type Command, CommandFailed, type Finished } from "../process/command.ts"
import type { Processes, Running, RunOptions } from "../process/processes.ts"
import { tokenEnvironment } from "./https.ts"
import { type HostKey, parseScan, scanHost, type SshHost, sshCommand, wellKnownHosts } from "./ssh.ts"

/**
 * Git on repositories that the server owns. Never on a tree that a sandbox could have written: git runs what such a
 * tree's configuration, hooks and attributes say, and no set of flags closes that for good.
 */
export interface Git {
  run(call: GitCall, options?: RunOptions): Promise<Finished>
  /** Starts git and hands over its pipes, for what is streamed or asked again and again. */
  start(call: GitCall, options?: RunOptions): Promise<Running>
  /** The keys that a host shows of itself now; none when it does not answer. Nobody has confirmed them. */
  scan(host: SshHost): Promise<HostKey[]>
  /** From now on a host with this key is known. */
  confirm(key: HostKey): Promise<void>
}

export interface GitCall {
  args: readonly string[]
  /** The repository (`--git-dir`). Without it git looks for none. */
  repository?: string
  /** The working folder of `repository`, for a checkout. */
  workTree?: string
  stdin?: string | Uint8Array
  /** Objects that are not (yet) the repository's own. */
  objects?: { folder: string; besides: string }
  /** Version of git's protocol that the other side asked for. */
  protocol?: 2
  /** Path of the private key for ssh; without it those of the server's own user. */
  sshKey?: string
  /** Path of a file with a token for https; it is never sent on to another host. */
  tokenFile?: string
  answers?: readonly number[]
  timeoutMs?: number
  maxOutput?: number
}

export interface GitNeeds {
  processes: Processes
  disk: Disk
  /** A folder of ours for the files that git and its children read. */
  folder: string
  /** Host keys that an administrator confirmed; outlives `folder`. */
  knownHosts: string
}

export function createGit({ processes, disk, folder, knownHosts }: GitNeeds): Git {
  const serial = createSerial()
  let configured: Promise<void> | undefined
  async function configure() {
    await disk.makeFolder(folder)
    await disk.write(`${folder}/config`, globalConfig)
    await disk.write(`${folder}/known_hosts`, wellKnownHosts)
  }
  async function ready(call: GitCall): Promise<Command> {
    configured ??= configure().catch((error) => {
      configured = undefined
      throw error
    })
    await configured
    const command = gitCommand(call, { folder, knownHosts })
    if (call.tokenFile === undefined) return command
    return { ...command, env: { ...command.env, ...tokenEnvironment(await disk.readText(call.tokenFile)) } }
  }
  return {
    run: async (call, options) => processes.run(await ready(call), options),
    start: async (call, options) => processes.start(await ready(call), options),
    async scan(host) {
      try {
        return parseScan((await processes.run(scanHost(host))).text)
      } catch (error) {
        if (error instanceof CommandFailed) return []
        throw error
      }
    },
    confirm: ({ line }) =>
      serial(knownHosts, async () => {
        await disk.makeFolder(dirname(knownHosts))
        const known = (await disk.readText(knownHosts)) ?? ""
        if (!known.split("\n").includes(line)) await disk.write(knownHosts, `${known}${line}\n`)
      }),
  }
}

/** What every call carries on its command line, where it wins over a repository's own configuration. */
const closed = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "core.protectHFS": "true",
  "core.protectNTFS": "true",
  "credential.helper": "",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
}

/**
 * The same for git's own children, which get no command line of ours, and one thing more: an administrator may name
 * a repository on this disk that belongs to another user. We open no other repository than the ones we name.
 */
const globalConfig = `${Object.entries(closed)
  .map(([name, value]) => {
    const [section, key] = name.split(".")
    return `[${section}]\n\t${key} = ${value}\n`
  })
  .join("")}[safe]\n\tdirectory = *\n`

/** No configuration of the system or of a user, no prompts, no transport but https, ssh and a path on this disk. */
const surroundings = ({ folder, knownHosts }: Ours, sshKey: string | undefined): Record<string, string> => ({
  HOME: `${folder}/no-home`,
  XDG_CONFIG_HOME: `${folder}/no-home`,
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_GLOBAL: `${folder}/config`,
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_ALLOW_PROTOCOL: "https:ssh:file",
  GIT_PROTOCOL_FROM_USER: "0",
  GIT_LFS_SKIP_SMUDGE: "1",
  ...sshCommand({ wellKnown: `${folder}/known_hosts`, confirmed: knownHosts, ...(sshKey && { key: sshKey }) }),
})

type Ours = Pick<GitNeeds, "folder" | "knownHosts">

/** `--` or `--end-of-options` before text from outside is the caller's duty. */
export function gitCommand(call: GitCall, ours: Ours): Command {
  const { args, repository, workTree, sshKey, tokenFile: _, objects, protocol, ...limits } = call
  return {
    argv: [
      "git",
      "--no-pager",
      ...Object.entries(closed).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ...(repository === undefined ? [] : [`--git-dir=${repository}`]),
      ...(workTree === undefined ? [] : [`--work-tree=${workTree}`]),
      ...args,
    ],
    cwd: workTree ?? "/",
    env: {
      ...surroundings(ours, sshKey),
      ...(objects && {
        GIT_OBJECT_DIRECTORY: objects.folder,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: objects.besides,
      }),
      ...(protocol && { GIT_PROTOCOL: `version=${protocol}` }),
    },
    ...limits,
  }
}
