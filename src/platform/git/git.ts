import type { Disk } from "../disk/disk.ts"
import type { Command, Finished } from "../process/command.ts"
import type { Processes, RunOptions } from "../process/processes.ts"

/**
 * Git on repositories that the server owns. Never on a tree that a sandbox could have written: git runs what such a
 * tree's configuration, hooks and attributes say, and no set of flags closes that for good.
 */
export interface Git {
  run(call: GitCall, options?: RunOptions): Promise<Finished>
}

export interface GitCall {
  args: readonly string[]
  /** The repository (`--git-dir`). Without it git looks for none. */
  repository?: string
  /** The working folder of `repository`, for a checkout. */
  workTree?: string
  stdin?: string
  answers?: readonly number[]
  timeoutMs?: number
  maxOutput?: number
}

export interface GitNeeds {
  processes: Processes
  disk: Disk
  /** A folder of ours for the one configuration file that git and its children read. */
  folder: string
}

export function createGit({ processes, disk, folder }: GitNeeds): Git {
  let configured: Promise<void> | undefined
  async function configure() {
    await disk.makeFolder(folder)
    await disk.write(`${folder}/config`, globalConfig)
  }
  return {
    async run(call, options) {
      configured ??= configure().catch((error) => {
        configured = undefined
        throw error
      })
      await configured
      return processes.run(gitCommand(call, folder), options)
    },
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
const surroundings = (folder: string): Record<string, string> => ({
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
  GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new -oConnectTimeout=10",
})

/** `--` or `--end-of-options` before text from outside is the caller's duty. */
export function gitCommand(call: GitCall, folder: string): Command {
  const { args, repository, workTree, ...limits } = call
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
    env: surroundings(folder),
    ...limits,
  }
}
