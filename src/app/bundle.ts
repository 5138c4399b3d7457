import { join } from "node:path"

/** Files that come with the program: templates, sandbox recipes, built assets. The same names in the sources and in the executable. */
export interface Bundle {
  text(path: string): Promise<string>
  bytes(path: string): Promise<Uint8Array<ArrayBuffer>>
}

const builtin = [".claude-plugin/plugin.json", "skills/onboarding/SKILL.md", "skills/promote/SKILL.md"] as const

/** The plugin that every agent has, from the paths of its files to their texts. */
export async function builtinPlugin({ text }: Pick<Bundle, "text">): Promise<Record<string, string>> {
  const files = builtin.map(async (path) => [path, await text(`templates/plugins/loopat/${path}`)] as const)
  return Object.fromEntries(await Promise.all(files))
}

export function createBundle(folder: string): Bundle {
  const open = (path: string) => Bun.file(join(folder, path))
  return { text: (path) => open(path).text(), bytes: (path) => open(path).bytes() }
}
