import { parsePerson } from "../platform/git/parsed-objects.ts"
import type { BlameLine } from "./contract.ts"

/** What `git blame --line-porcelain` prints: a head and its fields for each line, then the line itself behind a tab. */
export function parseBlame(text: string): BlameLine[] {
  const lines: BlameLine[] = []
  let fields = new Map<string, string>()
  for (const line of text.split("\n")) {
    if (line.startsWith("\t")) {
      lines.push(blameLine(fields, line.slice(1)))
      fields = new Map()
      continue
    }
    const [name = "", ...rest] = line.split(" ")
    if (fields.size === 0 && name !== "") fields.set("commit", name)
    else fields.set(name, rest.join(" "))
  }
  return lines
}

function blameLine(fields: ReadonlyMap<string, string>, text: string): BlameLine {
  const { name, email } = parsePerson(`${fields.get("author") ?? ""} ${fields.get("author-mail") ?? "<>"}`)
  return {
    commit: fields.get("commit") ?? "",
    author: { name, email },
    at: Number(fields.get("author-time") ?? 0) * 1_000,
    subject: fields.get("summary") ?? "",
    text,
  }
}
