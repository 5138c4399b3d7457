import type { NewId } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { publicHalf, sshKeyPair } from "../platform/git/ssh-key.ts"

/** Of a private key among the workspace's: a name, never a path. */
export const isKeyName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)

/** What the workspace shows to outside repositories; nobody is ever shown more of it than this. */
export type WorkspaceKey =
  | { name: string; kind: "token" }
  /** `public` is what the outside host is told; undefined for a key in a format of somebody's own. */
  | { name: string; kind: "key"; public: string | undefined }

export interface WorkspaceKeys {
  list(): Promise<WorkspaceKey[]>
  has(name: string): Promise<boolean>
  /** A new pair of keys for ssh. */
  make(name: string): Promise<KeyKept>
  /** A token for https, as the outside host gave it. */
  keepToken(name: string, token: string): Promise<KeyKept>
  /** Another token under the same name; false where there is no token of it. */
  replaceToken(name: string, token: string): Promise<boolean>
  /** For ever; false where there is none of this name. */
  remove(name: string): Promise<boolean>
}

type KeyKept = { kind: "kept" | "taken" | "too-many" }

export interface WorkspaceKeysNeeds {
  disk: Disk
  ids: NewId
  /** Folder of the keys, one file each. */
  folder: string
  /** What the workspace is called now. */
  workspace(): string
}

const mostKeys = 100
const half = ".pub"

export function createWorkspaceKeys({ disk, ids, folder, workspace }: WorkspaceKeysNeeds): WorkspaceKeys {
  const serial = createSerial()
  const names = async () => (await disk.list(folder)).filter((name) => isKeyName(name) && !name.endsWith(half))

  /** Names that a file system which folds case could not tell apart count as one. */
  const keep = (name: string, write: () => Promise<void>): Promise<KeyKept> =>
    serial(folder, async () => {
      const known = await names()
      if (known.some((one) => one.toLowerCase() === name.toLowerCase())) return { kind: "taken" }
      if (known.length >= mostKeys) return { kind: "too-many" }
      await disk.makeFolder(folder)
      try {
        await write()
      } catch (error) {
        // What may be there by half was told to nobody: the name is free for the next try.
        for (const file of [name, `${name}${half}`]) await disk.remove(`${folder}/${file}`)
        throw error
      }
      return { kind: "kept" }
    })

  async function show(name: string): Promise<WorkspaceKey> {
    const text = (await disk.readText(`${folder}/${name}`)) ?? ""
    if (!text.startsWith("-----BEGIN")) return { name, kind: "token" }
    const told = (await disk.readText(`${folder}/${name}${half}`))?.trim()
    return { name, kind: "key", public: told ?? publicHalf(text) }
  }

  return {
    list: async () => Promise.all((await names()).map(show)),
    has: async (name) => isKeyName(name) && (await names()).includes(name),
    make: (name) =>
      keep(name, async () => {
        const pair = sshKeyPair(ids.hex(32), `loopat:${name}@${workspace().replaceAll(/[^\w.-]+/g, "-")}`)
        // The private half last: only with it there is a key of this name.
        await disk.write(`${folder}/${name}${half}`, `${pair.public}\n`)
        await disk.write(`${folder}/${name}`, pair.private)
      }),
    keepToken: (name, token) => keep(name, () => disk.write(`${folder}/${name}`, `${token}\n`)),
    replaceToken: (name, token) =>
      serial(folder, async () => {
        if (!(await names()).includes(name) || (await show(name)).kind !== "token") return false
        await disk.write(`${folder}/${name}`, `${token}\n`)
        return true
      }),
    remove: (name) =>
      serial(folder, async () => {
        if (!(await names()).includes(name)) return false
        // The private half first: without it there is no key of this name, whatever else is left.
        for (const file of [name, `${name}${half}`]) await disk.remove(`${folder}/${file}`)
        return true
      }),
  }
}
