import { Gathered } from "../lib/gathered.ts"
import { imageSize } from "../lib/image-size.ts"
import { imageType } from "../lib/file-text.ts"
import { blobContent } from "../platform/git/inside-changes.ts"
import { LinkFailed } from "../sandbox/index.ts"
import type { FileDiff } from "./diff.ts"
import { type GitInside, GitRefused } from "../loops/index.ts"

/** An image on one side of a difference. */
export interface Picture {
  bytes: number
  /** In pixels, where it says so. */
  size?: { width: number; height: number }
  /** Where it is read: an object of git, or the file itself as of this moment. */
  from: { blob: string } | { modified: number }
}

/** Larger ones are not shown. */
const pictureBytes = 20 << 20
/** Files of one page that are looked at for it. */
export const mostPictures = 20
/** A photograph may say a lot before it says how large it is. */
const headBytes = 128 << 10

/** A binary file with the images that it was and is, whatever its name says. */
export async function withPictures(git: GitInside, file: FileDiff): Promise<FileDiff> {
  const { entry, binary, vault } = file
  if (!binary || vault) return file
  const { idBefore, idAfter, modeBefore, modeAfter, path } = entry
  const [before, after] = await Promise.all([
    isFile(modeBefore) && idBefore !== undefined ? ofBlob(git, idBefore) : undefined,
    isFile(modeAfter) ? ofNow(git, path, idAfter) : undefined,
  ])
  return before || after ? { ...file, pictures: { ...(before && { before }), ...(after && { after }) } } : file
}

const isFile = (mode: string) => mode.startsWith("100")

const ofNow = (git: GitInside, path: string, blob: string | undefined) =>
  blob === undefined ? ofFile(git, path) : ofBlob(git, blob)

async function ofBlob(git: GitInside, blob: string): Promise<Picture | undefined> {
  const read = await readBlob(git, blob, headBytes)
  return read && pictureIn(read.content, { bytes: read.bytes, from: { blob } })
}

async function ofFile({ box }: GitInside, path: string): Promise<Picture | undefined> {
  try {
    const entry = await box.files.stat("workdir", path)
    if (entry?.kind !== "file" || entry.size > pictureBytes) return undefined
    const head = await box.files.read("workdir", path, { maxBytes: headBytes })
    return pictureIn(head, { bytes: entry.size, from: { modified: entry.modified } })
  } catch (error) {
    // It went, or became something else, while it was read.
    if (error instanceof LinkFailed && error.kind !== "gone") return undefined
    throw error
  }
}

function pictureIn(head: Uint8Array, picture: Picture): Picture | undefined {
  if (imageType(head) === undefined || picture.bytes > pictureBytes) return undefined
  const size = imageSize(head)
  return { ...picture, ...(size && { size }) }
}

/** An image that git has, whole; undefined for everything else. */
export async function readPicture(git: GitInside, blob: string) {
  const read = await readBlob(git, blob, pictureBytes)
  const type = read && imageType(read.content)
  return read && type !== undefined && read.content.length === read.bytes ? { type, content: read.content } : undefined
}

/** The beginning of a file that git has, and how many bytes it has in all. */
async function readBlob(git: GitInside, blob: string, most: number) {
  const output = new Gathered()
  try {
    for await (const piece of git.pieces(blobContent, { stdin: `${blob}\n` })) {
      output.push(piece)
      if (output.size > most + longestHead) break
    }
  } catch (error) {
    if (error instanceof GitRefused) return undefined
    throw error
  }
  const said = output.take()
  const [head = "", bytes] = /^[0-9a-f]+ blob (\d{1,15})\n/.exec(said.toString("latin1", 0, longestHead)) ?? []
  if (bytes === undefined) return undefined
  return { bytes: Number(bytes), content: said.subarray(head.length, head.length + Math.min(most, Number(bytes))) }
}

const longestHead = 100
