import { isName } from "../lib/file-path.ts"
import { isShownName } from "./share.ts"

export type Wanted = { kind: "path"; path: string; isFolder: boolean } | { kind: "hidden" } | { kind: "wrong" }

/** Which file below the shared folder a request means. Decoded once; the query is no part of it. */
export function wantedPath(target: string): Wanted {
  const [given = ""] = target.split(/[?#]/, 1)
  const decoded = decode(given)
  if (!decoded?.startsWith("/") || decoded.includes("\\")) return { kind: "wrong" }
  const names = decoded.slice(1).split("/")
  const isFolder = names.at(-1) === ""
  if (isFolder) names.pop()
  if (names.some((name) => name !== "" && !isName(name))) return { kind: "wrong" }
  if (names.some((name) => name === "")) return { kind: "wrong" }
  if (!names.every(isShownName)) return { kind: "hidden" }
  return { kind: "path", path: names.join("/"), isFolder }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

export type Range = { first: number; last: number } | "unsatisfiable"

/** `bytes=first-last` of RFC 9110, section 14: one range, or none that we answer. */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "") ?? []
  if (from === "" && to === "") return undefined
  if (from === "") return within(Math.max(0, size - Number(to)), size - 1, size)
  if (to !== "" && Number(to) < Number(from)) return undefined
  return within(Number(from), to === "" ? size - 1 : Math.min(size - 1, Number(to)), size)
}

const within = (first: number, last: number, size: number): Range =>
  first > last || first >= size ? "unsatisfiable" : { first, last }

/** By the last part of the name, as browsers expect it; what is not known is offered to be kept. */
export function typeOf(name: string): string {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase()
  return (Object.hasOwn(types, ending) && types[ending]) || "application/octet-stream"
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  htm: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  webmanifest: "application/manifest+json",
  txt: "text/plain; charset=utf-8",
  md: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  xml: "application/xml",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  ico: "image/x-icon",
  pdf: "application/pdf",
  wasm: "application/wasm",
  woff: "font/woff",
  woff2: "font/woff2",
  ttf: "font/ttf",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  webm: "video/webm",
}
