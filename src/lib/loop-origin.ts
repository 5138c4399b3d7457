import { query } from "./address.ts"
import { parseShelfName, type ShelfName } from "./context-urls.ts"
import { parsePath, pathText } from "./file-path.ts"
import { type LoopId, parseLoopId } from "./ids.ts"

/** What a loop is made from, as the address of the new-loop page names it. */
export type LoopOrigin =
  /** One document is to be changed. */
  | { kind: "edit"; shelf: ShelfName; path: string }
  /** The material is one document. */
  | { kind: "distill"; shelf: ShelfName; path: string }
  /** The material is a loop's conversation. */
  | { kind: "distill"; loop: LoopId }
  /** A proposal that conflicts; without a branch: here and outside have diverged. */
  | { kind: "merge"; shelf: ShelfName; branch?: string }
  /** A held text of the Context pages. */
  | { kind: "resolve"; held: string }
  | { kind: "cross-loop" }

/** How an origin stands in an address or a form. */
export type OriginFields = Partial<Record<"from" | "shelf" | "path" | "loop" | "branch" | "held", string>>

export function originFields(origin: LoopOrigin): OriginFields {
  const { kind: from, ...about } = origin
  return { from, ...about, ...("path" in about && { path: pathText(about.path) }) }
}

export const newLoopFrom = (page: string, origin: LoopOrigin): string => query(page, { ...originFields(origin) })

/** Undefined for what names no origin, or one that is incomplete. */
export function parseOrigin(given: Readonly<Record<string, unknown>>): LoopOrigin | undefined {
  switch (given["from"]) {
    case "edit": {
      const document = documentOf(given)
      return document && { kind: "edit", ...document }
    }
    case "distill": {
      const loop = parseLoopId(given["loop"])
      if (loop) return { kind: "distill", loop }
      const document = documentOf(given)
      return document && { kind: "distill", ...document }
    }
    case "merge":
      return mergeOf(given)
    case "resolve":
      return typeof given["held"] === "string" && /^[0-9a-f]{16,32}$/.test(given["held"])
        ? { kind: "resolve", held: given["held"] }
        : undefined
    case "cross-loop":
      return { kind: "cross-loop" }
    default:
      return undefined
  }
}

function documentOf(given: Readonly<Record<string, unknown>>): { shelf: ShelfName; path: string } | undefined {
  const [shelf, path] = [parseShelfName(given["shelf"]), parsePath(given["path"])]
  return shelf === undefined || path === undefined || path === "" ? undefined : { shelf, path }
}

function mergeOf({ shelf: name, branch }: Readonly<Record<string, unknown>>): LoopOrigin | undefined {
  const shelf = parseShelfName(name)
  if (shelf === undefined) return undefined
  if (branch === undefined || branch === "") return { kind: "merge", shelf }
  return typeof branch === "string" && isProposal(branch) ? { kind: "merge", shelf, branch } : undefined
}

/** Names that a proposal's branch may have; they stand in what the agent is asked to run. */
const isProposal = (branch: string): boolean =>
  branch.length <= 200 && !branch.includes("..") && /^(?:loop|ui|propose)\/[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch)
