import { copyFile, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { silentLog } from "../platform/log.ts"
import { createAttaching, workspaceHomes } from "../repos/attach.ts"
import { remoteWith } from "../repos/outside-remote.ts"
import { createSettings } from "../settings/index.ts"
import { testIds } from "./clock.ts"
import { gitHostWorld } from "./git-host.ts"
import { gitSshd } from "./git-sshd.ts"
import { gitIn } from "./shelves.ts"
import { tempFolder } from "./temp-folder.ts"

/** A server and a git host with a real sshd, as far as attaching needs them. `environment`: of the server's programs. */
export async function attachWorld(environment: Record<string, string> = {}) {
  const folder = await tempFolder()
  const host = await gitSshd(folder.path)
  const here = await gitHostWorld({ environment })
  const keys = join(here.path, "keys")
  await mkdir(keys)
  await copyFile(host.userKey, join(keys, "deploy"))
  const opened = await createSettings({
    ...{ disk: here.disk, home: here.path, ids: testIds(), log: silentLog, presets: '{"providers":[]}' },
  })
  if (opened.kind !== "opened") throw new Error(opened.kind)
  const { settings } = opened
  const attaching = createAttaching({ ...here, homes: workspaceHomes({ keys, settings }) })
  const follow = () => {
    const wanted = attaching.attached("notes")
    here.attach(wanted && remoteWith(wanted.address, wanted.credential, keys))
  }
  follow()
  return {
    ...{ here, host, attaching, keys, settings, follow },
    repository: await here.shelves.open({ context: "notes" }),
    wanted: (name: string) => ({ address: host.address(name), credential: "deploy" }),
    /** A repository at the host, with the files of its first commit. */
    async remote(name: string, files?: Record<string, string>): Promise<string> {
      const bare = join(host.repositories, name)
      await gitIn(bare, "init", "--quiet", "--bare", "--initial-branch=main")
      if (!files) return bare
      const clone = await here.cloneOf(bare, join(here.path, `made-${name}`))
      await clone.commit(files)
      const pushed = await clone.git("push", "--quiet", "origin", "HEAD:main")
      if (pushed.code !== 0) throw new Error(pushed.said)
      return bare
    },
    /** Somebody has compared what the host shows. */
    async known(name: string): Promise<void> {
      const shown = await attaching.test("notes", { address: host.address(name), credential: "deploy" })
      if (shown.kind !== "refused" || !shown.hostKey) throw new Error(shown.kind)
      await attaching.confirmHost(host.address(name), shown.hostKey.fingerprint)
    },
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Files of what is called `main` in a repository. */
export const names = async (folder: string) =>
  (await gitIn(folder, "ls-tree", "-r", "--name-only", "refs/heads/main")).trim().split("\n")
