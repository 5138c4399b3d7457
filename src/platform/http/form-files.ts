import type { z } from "zod"
import { isMultipart, multipartOf, NotMultipart, type Part } from "../../lib/multipart.ts"
import { checkFields, type Form, readForm } from "./form.ts"

/** A file of a form. Without content it was larger than asked for. */
export interface FormFile {
  name: string
  content?: Uint8Array<ArrayBuffer>
}

export interface FilesWish {
  /** Of all fields that are no files. */
  maxBytes: number
  /** The field of the files. */
  field: string
  /** Bytes of each file that is kept; what is longer is read and left. */
  mostBytes: number
  /** Files that are kept; one more is named without content, further ones are left. */
  most: number
}

/**
 * The same as `readForm`, with the files of one field; only what is kept is held. Whatever else files bring is read to
 * its end: the fields may come after it, and what was typed is not lost with them.
 */
export async function readFormWithFiles<T>(
  request: Request,
  schema: z.ZodType<T>,
  wish: FilesWish,
): Promise<{ form: Form<T>; files: FormFile[] }> {
  const type = request.headers.get("content-type") ?? ""
  const { body } = request
  if (!body || !isMultipart(type)) return { form: await readForm(request, schema, wish), files: [] }
  const taken: Taken = { entries: [], files: [], left: wish.maxBytes }
  try {
    for await (const part of multipartOf(type, body)) {
      if (part.filename !== undefined) await takeFile(part, wish, taken)
      else if (!(await takeField(part, taken))) return { form: { kind: "too-large" }, files: [] }
    }
  } catch (error) {
    if (!(error instanceof NotMultipart)) throw error
    return { form: { kind: "invalid", fields: { form: "not-a-form" }, raw: {} }, files: [] }
  }
  return { form: checkFields(taken.entries, schema), files: taken.files }
}

interface Taken {
  entries: [string, string][]
  files: FormFile[]
  /** Bytes that fields may still have. */
  left: number
}

async function takeField(part: Part, taken: Taken): Promise<boolean> {
  const content = await take(part, taken.left)
  if (content === undefined) return false
  taken.left -= content.length
  taken.entries.push([part.name, content.toString("utf8")])
  return true
}

async function takeFile(part: Part, { field, most, mostBytes }: FilesWish, { files }: Taken): Promise<void> {
  const { name, filename = "" } = part
  // Without a choice a browser sends one file without a name.
  const isWanted = name === field && filename !== "" && files.length <= most
  const content = await take(part, isWanted && files.length < most ? mostBytes : 0)
  if (isWanted) files.push({ name: filename, ...(content && { content }) })
}

/** Undefined when it is longer; it is read to its end then. */
async function take({ body }: Part, most: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size <= most) pieces.push(piece)
    else pieces.length = 0
  }
  return size <= most ? Buffer.concat(pieces) : undefined
}
