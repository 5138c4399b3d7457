import { joined, parsePath, shownPath } from "../lib/file-path.ts"
import type { Part } from "../lib/multipart.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"
import { attempt, type Refused } from "./change.ts"

/** Bytes of one file. */
const mostUploaded = 1 << 30
const longestField = 64
/** Uploads of one person. */
export const uploadsAtOnce = 4

export interface Uploaded {
  stored: string[]
  /** Names as people read them. */
  refused: { name: string; why: Refused["why"] }[]
}

/** Puts the files of a form into a folder, one after the other as they arrive. `replace`: a field before them says so. */
export async function storeParts(
  box: Box,
  folder: string,
  { parts, replace = false }: { parts: AsyncIterable<Part>; replace?: boolean },
): Promise<Uploaded> {
  const uploaded: Uploaded = { stored: [], refused: [] }
  let replaces = replace
  for await (const part of parts) {
    if (part.filename === undefined) replaces ||= part.name === "replace" && (await fieldText(part)) === "1"
    // Without a choice a browser sends one file without a name.
    else if (part.filename !== "") await storeOne(box, { folder, part, filename: part.filename, replaces }, uploaded)
  }
  return uploaded
}

async function fieldText({ body }: Part): Promise<string> {
  const text = await new Response(body).text()
  return text.slice(0, longestField)
}

interface One {
  folder: string
  part: Part
  filename: string
  replaces: boolean
}

async function storeOne(box: Box, { folder, part, filename, replaces }: One, uploaded: Uploaded): Promise<void> {
  const name = parsePath(filename)
  if (name === undefined || name === "" || filename.startsWith("/"))
    return void uploaded.refused.push({ name: shownPath(filename), why: "bad-name" })
  const path = joined(folder, name)
  // Asked first, so that nobody sends a gigabyte to learn that there is such a file.
  if (!replaces && (await isThere(box, path)))
    return void uploaded.refused.push({ name: shownPath(name), why: "exists" })
  await makeFolders(box, folder, name)
  const put = { content: part.body, most: mostUploaded, ...(!replaces && { expected: "absent" }) }
  const outcome = await attempt(path, () => box.files.put("workdir", path, put))
  if (outcome.kind === "changed") uploaded.stored.push(path)
  else uploaded.refused.push({ name: shownPath(name), why: outcome.why })
}

async function isThere(box: Box, path: string): Promise<boolean> {
  try {
    return (await box.files.stat("workdir", path)) !== undefined
  } catch (error) {
    // Through a link or a file: the writing will say so.
    if (error instanceof LinkFailed && error.kind === "refused") return false
    throw error
  }
}

/** Those of a folder that is sent whole. */
async function makeFolders(box: Box, folder: string, name: string): Promise<void> {
  const names = name.split("/").slice(0, -1)
  for (let depth = 1; depth <= names.length; depth++) {
    try {
      await box.files.makeFolder("workdir", joined(folder, names.slice(0, depth).join("/")))
    } catch (error) {
      // One that is there is what was wanted; one that cannot be is found out by the file in it.
      if (!(error instanceof LinkFailed && error.kind === "refused")) throw error
    }
  }
}
