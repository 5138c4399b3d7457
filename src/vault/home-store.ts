import { basename, dirname, join } from "node:path"
import { isName } from "../lib/file-path.ts"
import type { UserName, VaultName } from "../lib/ids.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { createSerial } from "../platform/disk/serial.ts"
import { liesAt, readRegularFile, readRegularFolder } from "../platform/disk/regular-file.ts"
import { homePathFlaw, largestHome, mostHomeFiles, readHomeFiles } from "./home-files.ts"

export interface HomePlace {
  user: UserName
  vault: VaultName
  /** Below the home. */
  path: string
}

export interface NewHomeFile {
  content: Uint8Array
  executable: boolean
  /** Only in the place of one that is there. */
  replaces: boolean
}

/** `folder`: what is to be a file is a folder, or the other way round. */
export type HomeWritten =
  { kind: "written" } | { kind: "refused"; why: "name" | "exists" | "folder" | "outside" | "size" | "many" }

export type Put = [place: HomePlace, file: NewHomeFile]

/** Changes of the files below a vault's `mounts/home`. */
export interface HomeStore {
  putFile(place: HomePlace, file: NewHomeFile): Promise<HomeWritten>
  /** Two that belong together, the second one last: where it may not be written, neither is. */
  putPair(pair: [Put, Put]): Promise<HomeWritten>
  /** False when there is none. */
  setExecutable(place: HomePlace, executable: boolean): Promise<boolean>
  removeFile(place: HomePlace): Promise<boolean>
  /** To another path of the same vault, where nothing is yet. */
  renameFile(place: HomePlace, to: string): Promise<HomeWritten | { kind: "gone" }>
}

export function createHomeStore(disk: Disk, home: string): HomeStore {
  const serial = createSerial()
  const oneByOne = <T>({ user, vault }: HomePlace, work: () => Promise<T>) => serial(`${user}/${vault}`, work)
  const placed = ({ user, vault, path }: HomePlace) => {
    const personal = join(home, "personal", user)
    const folder = join(".loopat", "vaults", vault)
    return { personal, folder, mounts: join(personal, folder, "mounts"), below: join(folder, "mounts", "home", path) }
  }

  /** Written beside the home first: what a killed server leaves half-written there is never handed to a loop. */
  async function put(place: HomePlace, content: Uint8Array, executable: boolean): Promise<void> {
    const { personal, mounts, below } = placed(place)
    const arriving = join(mounts, "arriving.tmp")
    await disk.makeFolder(mounts)
    try {
      await disk.write(arriving, content, executable ? 0o700 : 0o600)
      await disk.move(arriving, join(personal, below))
    } catch (error) {
      await disk.remove(arriving).catch(() => undefined)
      throw error
    }
  }

  async function write(place: HomePlace, file: NewHomeFile): Promise<HomeWritten> {
    const outcome = await mayWrite(place, file)
    // A link in its place is replaced, never followed.
    if (outcome.kind === "written") await put(place, file.content, file.executable)
    return outcome
  }

  async function mayWrite(place: HomePlace, { content, replaces }: NewHomeFile): Promise<HomeWritten> {
    const { personal, folder, below } = placed(place)
    const flaw = homePathFlaw(place.path) ?? (await madeParent(place))
    if (flaw) return { kind: "refused", why: flaw }
    const there = await whatIsAt(join(personal, folder), place.path)
    if (there === "folder") return { kind: "refused", why: "folder" }
    if (!replaces && (await isNamed(join(personal, below)))) return { kind: "refused", why: "exists" }
    const others = (await readHomeFiles(personal, folder)).files.filter(({ path }) => path !== place.path)
    if (others.length >= mostHomeFiles) return { kind: "refused", why: "many" }
    if (content.length + sum(others) > largestHome) return { kind: "refused", why: "size" }
    return { kind: "written" }
  }

  async function setExecutable(place: HomePlace, executable: boolean): Promise<boolean> {
    const { personal, folder, below } = placed(place)
    if (homePathFlaw(place.path) || !(await liesAt(personal, below))) return false
    const file = await readRegularFile(join(personal, folder), join("mounts/home", place.path), largestHome)
    if (file.kind !== "read") return false
    if (file.executable !== executable) await put(place, file.content, executable)
    return true
  }

  /** Whatever has the name, a link or a pipe as well; and then the folders that are empty by now. */
  async function remove(place: HomePlace): Promise<boolean> {
    const { personal, below, mounts } = placed(place)
    const path = join(personal, below)
    if (!isBelowHome(place.path) || !(await liesAt(personal, dirname(below))) || !(await isNamed(path))) return false
    await disk.remove(path)
    await removeEmpty(dirname(path), mounts)
    return true
  }

  async function removeEmpty(from: string, mounts: string): Promise<void> {
    for (let folder = from; folder.startsWith(join(mounts, "home/")); folder = dirname(folder)) {
      if ((await disk.list(folder)).length > 0) break
      await disk.remove(folder)
    }
  }

  /** Only what a loop would get: a link goes on leading from where it is. */
  async function rename(place: HomePlace, to: string): Promise<HomeWritten | { kind: "gone" }> {
    const { personal, folder, below, mounts } = placed(place)
    const target = { ...place, path: to }
    if (homePathFlaw(place.path) || !(await liesAt(personal, below))) return { kind: "gone" }
    if ((await whatIsAt(join(personal, folder), place.path)) !== "file") return { kind: "gone" }
    const flaw = homePathFlaw(to) ?? (await madeParent(target))
    if (flaw) return { kind: "refused", why: flaw }
    const path = join(personal, placed(target).below)
    if (await isNamed(path)) return { kind: "refused", why: "exists" }
    await disk.move(join(personal, below), path)
    await removeEmpty(dirname(join(personal, below)), mounts)
    return { kind: "written" }
  }

  const isNamed = async (path: string) => (await disk.list(dirname(path))).includes(basename(path))

  return {
    putFile: (place, file) => oneByOne(place, () => write(place, file)),
    putPair: ([first, last]) =>
      oneByOne(last[0], async () => {
        const outcome = await mayWrite(...last)
        if (outcome.kind === "refused") return outcome
        const before = await write(...first)
        return before.kind === "refused" ? before : write(...last)
      }),
    setExecutable: (place, executable) => oneByOne(place, () => setExecutable(place, executable)),
    renameFile: (place, to) => oneByOne(place, () => rename(place, to)),
    removeFile: (place) => oneByOne(place, () => remove(place)),
  }

  /** Makes the folders of a path, none of which may be a link or a file. */
  async function madeParent(place: HomePlace): Promise<"outside" | "folder" | undefined> {
    const { personal, folder } = placed(place)
    await disk.makeFolder(personal)
    if (!(await liesAt(home, join("personal", place.user)))) return "outside"
    const names = place.path.split("/").slice(0, -1)
    let at = join(folder, "mounts", "home")
    await disk.makeFolder(join(personal, at))
    if (!(await liesAt(personal, at))) return "outside"
    for (const name of names) {
      at = join(at, name)
      const there = await whatIsAt(join(personal, folder), at.slice(join(folder, "mounts/home/").length))
      if (there === "file") return "folder"
      // What is neither, as a link that leads nowhere, is in the way.
      if (there === undefined && (await isNamed(join(personal, at)))) return "outside"
      if (there === undefined) await disk.makeFolder(join(personal, at))
      if (!(await liesAt(personal, at))) return "outside"
    }
    return undefined
  }
}

/** Also one that no vault may have, as it came with a push. */
const isBelowHome = (path: string) => path.split("/").every((name) => isName(name))

const sum = (files: readonly { content: Uint8Array }[]) => files.reduce((all, { content }) => all + content.length, 0)

async function whatIsAt(vault: string, path: string): Promise<"file" | "folder" | undefined> {
  const at = join("mounts/home", path)
  if ((await readRegularFolder(vault, at)).kind === "read") return "folder"
  return (await readRegularFile(vault, at, largestHome)).kind === "read" ? "file" : undefined
}
