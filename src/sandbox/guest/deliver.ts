import { constants } from "node:fs"
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  unlink,
} from "node:fs/promises"
import { nameOf } from "../../lib/file-path.ts"
import type { Delivered, RequestOf } from "../link/protocol.ts"
import { beneath } from "./beneath.ts"
import { asFailure, Refusal } from "./refusal.ts"

type Asked = Pick<RequestOf<"deliver">, "to" | "files">

const before = ".before-vault"
const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const fileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Writes the files of a vault into the folder `to`, in the place of whatever was there, and links each top-level entry
 * from `home`. What one entry meets keeps no other from its place.
 */
export async function deliver(home: string, asked: Asked, pieces: AsyncIterable<Uint8Array>): Promise<Delivered> {
  const { to, files } = asked
  const result: Delivered = { moved: [], leftOut: [] }
  const bytes = new Bytes(pieces)
  await emptyFolder(to)
  const entries = new Set<string>()
  for (const file of files) {
    const why = await withReason(() => writeFile(to, file, bytes))
    await bytes.skipTo(file.size)
    if (why === undefined) entries.add(topOf(file.path))
    else result.leftOut.push({ path: file.path, why })
  }
  for (const entry of entries) {
    const why = await withReason(() => linkEntry(home, { to, entry }, result))
    if (why !== undefined) result.leftOut.push({ path: entry, why })
  }
  await forgetDelivered(home, to)
  return result
}

/** Removes the links to what a vault no longer brings, or has not brought yet. */
export async function forgetDelivered(home: string, to: string): Promise<void> {
  const names = await readdir(home).catch(() => [])
  for (const name of names) {
    const path = `${home}/${name}`
    if ((await targetOf(path)) === `${to}/${name}` && !(await isThere(path))) await unlink(path)
  }
}

const topOf = (path: string): string => path.split("/")[0] ?? ""

/** A new folder, also where somebody has put a link. */
async function emptyFolder(to: string): Promise<void> {
  await using place = await beneath("/", to)
  await rm(place.path, { recursive: true, force: true })
  await mkdir(place.path, 0o700)
}

async function writeFile(to: string, { path, size, executable }: Asked["files"][number], bytes: Bytes): Promise<void> {
  await using folder = await madeFolder(to, path.split("/").slice(0, -1))
  await using file = await open(`/proc/self/fd/${folder.fd}/${nameOf(path)}`, fileFlags, 0o600)
  await bytes.take(size, async (piece) => {
    for (let at = 0; at < piece.length;) at += (await file.write(piece, at, piece.length - at)).bytesWritten
  })
  await file.chmod(executable ? 0o700 : 0o600)
}

async function madeFolder(to: string, names: readonly string[]): Promise<FileHandle> {
  let folder = await open(to, folderFlags)
  for (const name of names) {
    const path = `/proc/self/fd/${folder.fd}/${name}`
    try {
      await mkdir(path, 0o700).catch(whereItIsThere)
      const next = await open(path, folderFlags)
      await folder.close()
      folder = next
    } catch (error) {
      await folder.close()
      throw error
    }
  }
  return folder
}

/** Whatever else has the name in the home goes aside, never away. */
async function linkEntry(home: string, { to, entry }: { to: string; entry: string }, result: Delivered): Promise<void> {
  await using place = await beneath(home, entry)
  const target = `${to}/${entry}`
  const found = await targetOf(place.path)
  if (found === target) return
  if (found !== undefined || (await isNamed(place.path))) {
    await mkdir(`${place.folder}/${before}`, 0o700).catch(whereItIsThere)
    await using aside = await open(`${place.folder}/${before}`, folderFlags)
    const name = await freeName(`/proc/self/fd/${aside.fd}`, entry)
    await rename(place.path, `/proc/self/fd/${aside.fd}/${name}`)
    result.moved.push({ entry, to: `${before}/${name}` })
  }
  await symlink(target, place.path)
}

async function freeName(folder: string, entry: string): Promise<string> {
  for (let number = 1; number < 1_000; number++) {
    const name = number === 1 ? entry : `${entry}.${number}`
    if (!(await isNamed(`${folder}/${name}`))) return name
  }
  throw new Refusal("exists", `~/${before} is full of former ${entry}`)
}

/** The bytes that follow a request, of which each file takes its own. */
class Bytes {
  readonly #pieces: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array(0)
  #taken = 0

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  async take(size: number, write: (piece: Uint8Array) => Promise<void>): Promise<void> {
    while (this.#taken < size) {
      if (this.#rest.length === 0) {
        const next = await this.#pieces.next()
        if (next.done === true) throw new Refusal("broken", "less arrived than was announced")
        this.#rest = next.value
      }
      const piece = this.#rest.subarray(0, size - this.#taken)
      this.#rest = this.#rest.subarray(piece.length)
      this.#taken += piece.length
      await write(piece)
    }
  }

  /** Whatever became of a file, the next one begins after its bytes. */
  async skipTo(size: number): Promise<void> {
    await this.take(size, async () => undefined)
    this.#taken = 0
  }
}

const targetOf = (path: string | Buffer): Promise<string | undefined> => readlink(path).catch(() => undefined)
const isNamed = (path: string | Buffer): Promise<boolean> => lstat(path).then(() => true, isGone)
const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, isGone)

function isGone(error: unknown): false {
  if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false
  throw error
}

function whereItIsThere(error: unknown): void {
  if (codeOf(error) !== "EEXIST") throw error
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined)

/** Undefined when it went well. What never comes again, as a connection that broke off, ends everything. */
async function withReason(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof Refusal && error.kind === "broken") throw error
    return asFailure(error)
      .message.replaceAll(/\/proc\/self\/fd\/\d+\//g, "")
      .slice(0, 300)
  }
}
