import { join } from "node:path"
import { liesAt, readRegularFile, readRegularFolder } from "../platform/disk/regular-file.ts"

/** Bytes of all files of a vault together. */
export const largestHome = 16 * 1024 * 1024
export const mostHomeFiles = 1_000
const longestPath = 400
const deepest = 12

/** Below `$HOME`; never printed with its content. */
export interface HomeFile {
  path: string
  executable: boolean
  /** Milliseconds. */
  changedAt: number
  content: Uint8Array
}

/**
 * `name`: no vault may have it; `kind`: neither a regular file nor a folder; `names`: it is also a file somewhere else;
 * `outside`: it leads out of the vault, or nowhere; `size`: with it the vault would hold too much; `many`: too many or
 * too deep.
 */
export type HomeLeftOutWhy = "name" | "kind" | "names" | "outside" | "size" | "many"

export interface HomeFiles {
  files: HomeFile[]
  leftOut: { path: string; why: HomeLeftOutWhy }[]
}

/**
 * All that lies in a vault's `mounts/home`, format description A4. Links are followed within the vault; whatever was
 * opened is judged, not its name.
 */
export async function readHomeFiles(personal: string, vault: string): Promise<HomeFiles> {
  const found: HomeFiles = { files: [], leftOut: [] }
  // A vault that is a link is another vault, or none.
  if (await liesAt(personal, vault)) await new Walk(join(personal, vault), found).folder("", [])
  return found
}

/** Why a path may not be one of a vault's files; undefined when it may. */
export function homePathFlaw(path: string): "name" | "many" | undefined {
  const names = path.split("/")
  const [top = ""] = names
  if (reserved.includes(top) || top.startsWith(".#")) return "name"
  if (names.some((name) => !isPlainName(name))) return "name"
  return names.length > deepest || Buffer.byteLength(path) > longestPath ? "many" : undefined
}

const reserved = [".claude", ".before-vault"]
/** What git keeps an otherwise empty folder with. */
const keeper = ".gitkeep"

const isPlainName = (name: string): boolean =>
  !["", ".", ".."].includes(name) &&
  name.isWellFormed() &&
  Buffer.byteLength(name) <= 255 &&
  !/[\u0000-\u001f\u007f\ufffd/]/.test(name)

class Walk {
  readonly #vault: string
  readonly #found: HomeFiles
  #size = 0
  #seen = 0

  constructor(vault: string, found: HomeFiles) {
    this.#vault = vault
    this.#found = found
  }

  /** `above`: where the folders lie that this one is in, so that a link back to one of them ends. */
  async folder(path: string, above: readonly string[]): Promise<boolean> {
    const folder = await readRegularFolder(this.#vault, join("mounts/home", path))
    if (folder.kind !== "read") {
      if (folder.kind === "left-out" && folder.because === "outside") this.#leaveOut(path, "outside")
      return folder.kind === "left-out" && folder.because === "outside"
    }
    if (above.includes(folder.real)) this.#leaveOut(path, "outside")
    else for (const name of folder.names) await this.#entry(path, name, [...above, folder.real])
    return true
  }

  async #entry(within: string, name: string, above: readonly string[]): Promise<void> {
    const path = within === "" ? name : `${within}/${name}`
    if (name === keeper || (within === "" && name.startsWith(".#"))) return
    const flaw = homePathFlaw(path) ?? (this.#seen++ >= mostHomeFiles ? "many" : undefined)
    if (flaw) return this.#leaveOut(path, flaw)
    if (!(await this.folder(path, above))) await this.#file(path)
  }

  async #file(path: string): Promise<void> {
    const file = await readRegularFile(this.#vault, join("mounts/home", path), largestHome - this.#size)
    if (file.kind === "missing") return this.#leaveOut(path, "outside")
    if (file.kind === "left-out") return this.#leaveOut(path, file.because)
    this.#size += file.content.length
    this.#found.files.push({ path, executable: file.executable, changedAt: file.changedAt, content: file.content })
  }

  #leaveOut(path: string, why: HomeLeftOutWhy): void {
    const { leftOut } = this.#found
    // A folder of a million names must not become a list of a million.
    if (leftOut.length < mostHomeFiles) leftOut.push({ path, why })
  }
}
