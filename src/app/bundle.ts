import { join } from "node:path"

/** Files that come with the program: templates, sandbox recipes, built assets. The same names in the sources and in the executable. */
export interface Bundle {
  text(path: string): Promise<string>
  bytes(path: string): Promise<Uint8Array<ArrayBuffer>>
}

export function createBundle(folder: string): Bundle {
  const open = (path: string) => Bun.file(join(folder, path))
  return { text: (path) => open(path).text(), bytes: (path) => open(path).bytes() }
}
