/** Bytes of one name, bytes of a whole path, and folders above a file. */
const longest = { name: 255, path: 1_024, depth: 40 }

/**
 * Whether a path may lie in a repository of the server: no name that git, or a file system that folds names, would take
 * for its own folder, nothing that steers a terminal, nothing longer than file systems take.
 */
export function isCleanPath(path: string): boolean {
  const names = path.split("/")
  return Buffer.byteLength(path) <= longest.path && names.length <= longest.depth && names.every(isCleanName)
}

function isCleanName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || steering.test(name)) return false
  return Buffer.byteLength(name) <= longest.name && !name.split("\\").some(isGitFolder)
}

/** Control characters, and signs that turn the direction of a line. */
const steering = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffd]/

/** As HFS+ and NTFS would read it: without signs that they ignore, in any case, by its short name. */
function isGitFolder(name: string): boolean {
  const plain = name
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .replace(/[ .]+$/, "")
    .toLowerCase()
  return plain === ".git" || plain === "git~1" || plain.startsWith(".git:")
}

/** Two paths that one folder could not hold everywhere: the one of `changed` whose name differs from another's in case only. */
export function caseTwin(paths: Iterable<string>, changed: ReadonlySet<string>): string | undefined {
  const seen = new Map<string, { prefix: string; changed?: string }>()
  for (const path of paths) {
    const isChanged = changed.has(path)
    for (const prefix of prefixes(path)) {
      const folded = prefix.normalize("NFC").toLowerCase()
      const other = seen.get(folded) ?? { prefix }
      seen.set(folded, other)
      if (other.prefix !== prefix && (isChanged || other.changed !== undefined)) return isChanged ? path : other.changed
      if (isChanged) other.changed ??= path
    }
  }
  return undefined
}

function prefixes(path: string): string[] {
  const found: string[] = []
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) found.push(path.slice(0, end))
  return [...found, path]
}

/** Whether a link at `path` stays inside what `within` names; an empty `within` is the repository. */
export function staysInside(path: string, target: string, within = ""): boolean {
  if (target === "" || target.startsWith("/")) return false
  const place = path.split("/").slice(0, -1)
  for (const name of target.split("/")) {
    if (name === "..") {
      if (place.length === 0) return false
      place.pop()
    } else if (name !== "." && name !== "") place.push(name)
  }
  const reached = place.join("/")
  return within === "" || reached === within || reached.startsWith(`${within}/`)
}
