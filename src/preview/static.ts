import { createHash } from "node:crypto"
import type { LoopId } from "../lib/ids.ts"
import type { NotPlaced } from "../loops/index.ts"
import { type Box, type FileEntry, LinkFailed } from "../sandbox/index.ts"
import { headerOf } from "./knock.ts"
import type { Pages } from "./pages.tsx"
import type { Visit } from "./proxy.ts"
import { rangeOf, typeOf, wantedPath } from "./static-path.ts"

export interface StaticNeeds {
  pages: Pages
  /** In the loop's sandbox, or in one that only looks while it rests. */
  read<T>(loop: LoopId, work: (box: Box) => Promise<T>): Promise<T | NotPlaced>
}

/** A folder of a loop as a web server, read through its link. */
export interface StaticFiles {
  answer(visit: Visit, folder: string): Promise<Response>
}

export function createStaticFiles({ pages, read }: StaticNeeds): StaticFiles {
  return {
    async answer(visit, folder) {
      const { knock, share } = visit
      if (knock.method !== "GET" && knock.method !== "HEAD") return pages.notAllowed(knock)
      const wanted = wantedPath(knock.target)
      if (wanted.kind === "wrong") return pages.missing(knock)
      if (wanted.kind === "hidden") return pages.outside(knock)
      const answered = await read(share.loop, async (box) => {
        const found = await find(box, folder, wanted)
        if (found.kind === "outside") return pages.outside(knock)
        if (found.kind === "missing") return pages.missing(knock)
        return found.kind === "add-slash"
          ? withSlash(knock.target)
          : ((await serve(box, visit, found)) ?? pages.missing(knock))
      })
      return "kind" in answered ? pages.resting(knock) : answered
    },
  }
}

type Found =
  | { kind: "file"; path: string; entry: FileEntry }
  /** A folder whose address lacks its slash: relative addresses in its page would lead elsewhere. */
  | { kind: "add-slash" }
  | { kind: "outside" }
  | { kind: "missing" }

const mostLinks = 5

async function find(box: Box, folder: string, { path, isFolder }: { path: string; isFolder: boolean }): Promise<Found> {
  const entry = await follow(box, folder, path)
  if (typeof entry === "string") return { kind: entry }
  if (entry.kind === "file") return isFolder ? { kind: "missing" } : { ...entry, kind: "file" }
  if (!isFolder && path !== "") return { kind: "add-slash" }
  const index = await follow(box, folder, path === "" ? "index.html" : `${path}/index.html`)
  if (typeof index === "string") return { kind: index }
  return index.kind === "file" ? { ...index, kind: "file" } : { kind: "missing" }
}

type Followed = { kind: "file" | "folder"; path: string; entry: FileEntry } | "missing" | "outside"

/** Where a path leads below the shared folder. A last link is followed as long as it stays there. */
async function follow(box: Box, folder: string, wanted: string): Promise<Followed> {
  let path = wanted
  for (let links = 0; links <= mostLinks; links++) {
    const whole = [folder, path].filter((part) => part !== "").join("/")
    const entry = await statOf(box, whole)
    if (entry === "outside" || entry === "missing") return entry
    if (entry.kind === "file" || entry.kind === "folder") return { kind: entry.kind, path: whole, entry }
    if (entry.kind !== "link") return "missing"
    const next = linkedPath(path, entry.target ?? "")
    if (next === undefined) return "outside"
    path = next
  }
  return "outside"
}

async function statOf(box: Box, path: string): Promise<FileEntry | "missing" | "outside"> {
  try {
    return (await box.files.stat("workdir", path)) ?? "missing"
  } catch (error) {
    if (error instanceof LinkFailed && error.because === "escape") return "outside"
    if (isMissing(error)) return "missing"
    throw error
  }
}

/** Where a relative link leads, by its text alone; undefined when that is not below the shared folder, or hidden. */
export function linkedPath(path: string, target: string): string | undefined {
  if (target.startsWith("/")) return undefined
  const names = path.split("/").slice(0, -1)
  for (const name of target.split("/")) {
    if (name === "" || name === ".") continue
    if (name !== "..") names.push(name)
    else if (names.pop() === undefined) return undefined
  }
  const wanted = wantedPath(`/${names.map(encodeURIComponent).join("/")}`)
  return wanted.kind === "path" ? wanted.path : undefined
}

function withSlash(target: string): Response {
  const [path = "", query] = target.split("?", 2)
  return new Response(null, { status: 308, headers: { location: `${path}/${query === undefined ? "" : `?${query}`}` } })
}

const isMissing = (error: unknown): boolean =>
  error instanceof LinkFailed && (error.because === "missing" || error.because === "kind")

/** Undefined when it went away after it was found. */
async function serve(
  box: Box,
  { knock }: Visit,
  { path, entry }: Extract<Found, { kind: "file" }>,
): Promise<Response | undefined> {
  const { size, modified } = entry
  const etag = `"${createHash("sha256").update(`${path}\0${size}\0${modified}`).digest("base64url").slice(0, 22)}"`
  const headers = new Headers({
    "content-type": typeOf(path),
    etag,
    "accept-ranges": "bytes",
    "cache-control": "no-cache",
  })
  if (isKnown(headerOf(knock, "if-none-match"), etag)) return new Response(null, { status: 304, headers })
  const ifRange = headerOf(knock, "if-range")
  const range = ifRange === undefined || ifRange === etag ? rangeOf(headerOf(knock, "range"), size) : undefined
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`)
    return new Response(null, { status: 416, headers })
  }
  const { first, last } = range ?? { first: 0, last: size - 1 }
  if (range) headers.set("content-range", `bytes ${first}-${last}/${size}`)
  headers.set("content-length", String(last - first + 1))
  const status = range ? 206 : 200
  if (knock.method === "HEAD" || last < first) return new Response(null, { status, headers })
  try {
    const body = await box.files.open("workdir", path, { offset: first, maxBytes: last - first + 1 })
    return new Response(body, { status, headers })
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag || one.trim() === "*")
