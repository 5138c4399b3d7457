import { readToml } from "../lib/toml.ts"
import type { CodeShelf, FileMode, RefusedChange, RefusedContent, Shelf } from "./contract.ts"
import { isCleanPath, staysInside } from "./path-rules.ts"

/** Where content would come to lie, and by whom. */
export interface Landing {
  shelf: Shelf | CodeShelf
  /** The branch that is the consensus, as against a proposal. */
  onTrunk: boolean
  byLoop: boolean
  byAdmin: boolean
}

/** A file as it would be; without `put` it is removed. */
export interface Arriving {
  path: string
  put?: {
    mode: FileMode
    bytes: number
    /** Not asked for what is longer than it could matter. */
    read(): Promise<Uint8Array>
  }
}

const mostBytes = 50 << 20
/** What is longer is no text that anybody would have merged by hand, and no settings file. */
const readableBytes = 2 << 20
const cryptMagic = Buffer.from("\0GITCRYPT\0", "latin1")
const vaults = ".loopat/vaults"
export const vaultAttributes = ".loopat/vaults/** filter=git-crypt diff=git-crypt"

/** The first file that breaks a rule. The same for pushes, pages and merges. */
export async function refusedContent(landing: Landing, files: readonly Arriving[]): Promise<RefusedChange | undefined> {
  for (const file of files) {
    const code = refusedPlace(landing, file) ?? (await refusedFile(landing, file))
    if (code) return { kind: "refused", code, path: file.path }
  }
  return undefined
}

function refusedPlace(landing: Landing, { path, put }: Arriving): RefusedContent | undefined {
  if (put && !isCleanPath(path)) return "name"
  if (put && put.bytes > mostBytes) return "too-long"
  const personal = landing.shelf.context === "personal"
  if (personal && landing.byLoop && isBelow(path, vaults)) return "vault"
  return landing.onTrunk && isProtected(landing, path) ? "protected" : undefined
}

/** Settings, hooks and providers that would act with other rights than those of who wrote them. */
function isProtected({ shelf, byLoop, byAdmin }: Landing, path: string): boolean {
  if (shelf.context === "personal")
    return byLoop && (isBelow(path, ".loopat") || path.split("/").at(-1) === ".gitattributes")
  return shelf.context === "knowledge" && isBelow(path, ".loopat") && (byLoop || !byAdmin)
}

/** Folders are compared as a file system that folds case would. */
const isBelow = (path: string, folder: string): boolean => {
  const folded = path.normalize("NFC").toLowerCase()
  return folded === folder || folded.startsWith(`${folder}/`)
}

async function refusedFile(landing: Landing, { path, put }: Arriving): Promise<RefusedContent | undefined> {
  const inVaults = landing.shelf.context === "personal" && isBelow(path, vaults)
  // What is in its files is a program's own business: nothing of the server reads them.
  if (!put || landing.shelf.context === "code") return undefined
  if (put.mode === "module") return inVaults ? "vault" : undefined
  if (put.mode === "link") return refusedLink(path, await put.read())
  if (inVaults) return (await isCiphertext(put)) ? undefined : "vault"
  if (put.bytes > readableBytes) return undefined
  return refusedText(landing, path, await put.read())
}

function refusedText(landing: Landing, path: string, content: Uint8Array): RefusedContent | undefined {
  const personal = landing.shelf.context === "personal"
  if (personal && path === ".gitattributes" && !saysVaultsAreEncrypted(content)) return "vault"
  if (!landing.onTrunk) return undefined
  if (isBelow(path, ".loopat") && !parses(path, content)) return "unreadable"
  return hasConflictMarkers(content) ? "markers" : undefined
}

/** A link in a vault leads to a place of the same vault; any other stays in its repository. */
function refusedLink(path: string, target: Uint8Array): RefusedContent | undefined {
  const vault = /^\.loopat\/vaults\/[^/]+/i.exec(path)?.[0]
  return staysInside(path, Buffer.from(target).toString("utf8"), vault) ? undefined : "link"
}

async function isCiphertext({ bytes, read }: NonNullable<Arriving["put"]>): Promise<boolean> {
  if (bytes === 0) return true
  return cryptMagic.equals(Buffer.from(await read()).subarray(0, cryptMagic.length))
}

const saysVaultsAreEncrypted = (content: Uint8Array): boolean =>
  Buffer.from(content)
    .toString("utf8")
    .split(/\r?\n/)
    .some((line) => line.trim() === vaultAttributes)

function parses(path: string, content: Uint8Array): boolean {
  const text = Buffer.from(content).toString("utf8")
  if (path.endsWith(".toml")) return readToml(text).kind === "read"
  if (!path.endsWith(".json")) return true
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** The three lines that git leaves in a file whose sides nobody joined, in their order. */
function hasConflictMarkers(content: Uint8Array): boolean {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  if (bytes.indexOf("<<<<<<< ") < 0) return false
  let step = 0
  for (const line of bytes.toString("utf8").split(/\r?\n/)) {
    if (markers[step]?.test(line)) step++
    if (step === markers.length) return true
  }
  return false
}

const markers = [/^<{7} \S/, /^={7}$/, /^>{7} \S/]
