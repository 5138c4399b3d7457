import { vaultAttributes } from "./content-rules.ts"
import type { CodeShelf, Shelf } from "./contract.ts"

/** What a new repository begins with. */
export async function firstFiles(
  shelf: Shelf | CodeShelf,
  template: (path: string) => Promise<string>,
): Promise<{ path: string; text: string }[]> {
  if (shelf.context === "code") return [{ path: "README.md", text: `# ${shelf.name}\n` }]
  const { context } = shelf
  const readme = { path: "README.md", text: await template(`templates/contexts/${context}/README.md`) }
  if (context === "knowledge") return [readme]
  const memory = { path: "memory/MEMORY.md", text: await template(`templates/contexts/${context}/memory.md`) }
  if (context === "notes")
    return [readme, memory, { path: ".gitattributes", text: joined(["memory/MEMORY.md", "inbox.md"]) }]
  return [
    readme,
    memory,
    { path: ".gitattributes", text: `${vaultAttributes}\n${joined(["memory/MEMORY.md"])}` },
    { path: ".gitignore", text: "/.loopat/host/\n" },
  ]
}

/** Two sides that added lines to one of these files are joined, also in a person's own clone. */
const joined = (paths: readonly string[]): string => paths.map((path) => `${path} merge=union\n`).join("")
