/** One entry of a tree object, as git writes it down. */
export interface TreeEntry {
  name: string
  /** Octal, such as `100644` or `40000`. */
  mode: string
  id: string
  /** The name's bytes are no UTF-8; `name` then holds replacement characters. */
  odd?: true
}

/** `<mode> <name>\0<20 or 32 bytes>`, again and again. */
export function parseTree(content: Uint8Array, idBytes = 20): TreeEntry[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const entries: TreeEntry[] = []
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at)
    const end = bytes.indexOf(0, space)
    if (space < 0 || end < 0 || end + idBytes >= bytes.length + 1) throw new Error("a tree object is cut short")
    const raw = bytes.subarray(space + 1, end)
    const name = raw.toString("utf8")
    const odd = name.includes("\ufffd") && !Buffer.from(name, "utf8").equals(raw)
    entries.push({
      name,
      mode: bytes.toString("latin1", at, space),
      id: bytes.toString("hex", end + 1, end + 1 + idBytes),
      ...(odd && { odd: true }),
    })
    at = end + 1 + idBytes
  }
  return entries
}

export interface CommitObject {
  tree: string
  parents: string[]
  author: { name: string; email: string }
  /** When it was written, in milliseconds since the epoch. */
  at: number
  /** When it was made, in milliseconds since the epoch. */
  committedAt: number
  subject: string
  body: string
}

/** A commit object. Whatever is missing in a strange one is empty: only its tree and parents are relied upon. */
export function parseCommit(content: Uint8Array): CommitObject {
  const text = Buffer.from(content).toString("utf8")
  const split = text.indexOf("\n\n")
  const head = split < 0 ? text : text.slice(0, split)
  const message = split < 0 ? "" : text.slice(split + 2)
  const [, subject = "", body = ""] = /^\s*([^\n]*)\n*([^]*)$/.exec(message) ?? []
  const author = parsePerson(/^author (.*)$/m.exec(head)?.[1])
  return {
    tree: /^tree ([0-9a-f]+)$/m.exec(head)?.[1] ?? "",
    parents: [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, id = ""]) => id),
    author: { name: author.name, email: author.email },
    at: author.at,
    committedAt: parsePerson(/^committer (.*)$/m.exec(head)?.[1]).at,
    subject: subject.trimEnd(),
    body: body.trimEnd(),
  }
}

/** `Name <email> <seconds> <zone>`. */
export function parsePerson(text = ""): { name: string; email: string; at: number } {
  const [, name = "", email = "", seconds = "0"] = /^(.*?) ?<([^>]*)>(?: (\d{1,12}) [+-]\d{4})?$/.exec(text) ?? []
  return { name, email, at: Number(seconds) * 1_000 }
}
