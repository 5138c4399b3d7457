import { parsePath, pathText } from "../lib/file-path.ts"
import { parseCommitId } from "../platform/git/inside-history.ts"
import { parseTurn } from "../platform/git/inside-turns.ts"
import { urls } from "../lib/urls.ts"
import type { Scope } from "./look.ts"

const done = ["done", "repositoryMade", "committed", "discarded", "broughtBack", "reviewSent", "wentBack"] as const
export type Said = (typeof done)[number]

/** How somebody looks at the changes: kept in the page's address, and in every form, so that it leads back. */
export interface Sight {
  /** As it was asked for; the working folder unless said. Only the sandbox knows whether there is one of this name. */
  checkout?: string | undefined
  scope: Scope
  split: boolean
  ignoreSpace: boolean
  /** Only this file. */
  file?: string | undefined
  /** What it was called before the commit that is shown. */
  was?: string | undefined
  /** Although it is large. */
  whole: boolean
  /** A file whose lines are about to be commented, from which line on. */
  comment?: { path: string; line: number; side: "new" | "old" } | undefined
  /** The part of which single lines are about to be chosen. */
  pick?: string | undefined
  /** What was just done. */
  said?: Said | undefined
}

/** Undefined for an address that no page of ours has. */
export function parseSight(query: Readonly<Record<string, unknown>>): Sight | undefined {
  const checkout = checkoutIn(query)
  const scope = parseScope(query)
  const file = pathIn(query["file"])
  const was = pathIn(query["was"])
  const path = pathIn(query["comment"])
  const line = Number(query["line"] ?? 1)
  if (!scope || file === "" || was === "" || path === "" || !Number.isSafeInteger(line)) return undefined
  // Turns are of the working folder.
  if (checkout !== undefined && scope.kind === "turn") return undefined
  return {
    ...{ checkout, scope },
    split: query["split"] === "1",
    ignoreSpace: query["space"] === "0",
    ...{ file, was },
    whole: query["whole"] === "1",
    comment: path === undefined ? undefined : { path, line: Math.max(1, line), side: sideIn(query["side"]) },
    pick: hunkIn(query["pick"]),
    said: done.find((one) => one === query["said"]),
  }
}

/** The name as it stands there; what is no name is one that no checkout has. */
export function checkoutIn({ checkout }: Readonly<Record<string, unknown>>): string | undefined {
  if (checkout === undefined || checkout === "workdir") return undefined
  return typeof checkout === "string" ? checkout : ""
}

/** In place of a turn's id. */
export const newestTurn = "newest"

const kinds = ["start", "work", "index"] as const

function parseScope({ compare = "start", commit, turn }: Readonly<Record<string, unknown>>): Scope | undefined {
  if (turn !== undefined) {
    const known = turn === newestTurn ? newestTurn : parseTurn(turn)
    return known === undefined ? undefined : { kind: "turn", turn: known }
  }
  if (commit === undefined) {
    const kind = kinds.find((one) => one === compare)
    return kind && { kind }
  }
  const id = parseCommitId(commit)
  return id === undefined ? undefined : { kind: "commit", id }
}

const sideIn = (text: unknown) => (text === "old" ? ("old" as const) : ("new" as const))
const hunkIn = (text: unknown) => (typeof text === "string" && /^[0-9a-f]{16}(-\d+)?$/.test(text) ? text : undefined)

/** Undefined where none is asked for, empty for what is no path. */
const pathIn = (text: unknown): string | undefined => (text === undefined ? undefined : (parsePath(text) ?? ""))

/** The same from a form's field. */
export function sightFrom(text: string): Sight {
  const query = Object.fromEntries(new URLSearchParams(text))
  return parseSight(query) ?? plainSight(checkoutIn(query))
}

/** Everything of a checkout since the loop began. */
export const plainSight = (checkout?: string): Sight => ({
  ...{ checkout, scope: { kind: "start" }, split: false, ignoreSpace: false, whole: false },
})

const queryOf = (sight: Sight) => ({
  checkout: sight.checkout,
  compare: sight.scope.kind === "work" || sight.scope.kind === "index" ? sight.scope.kind : undefined,
  commit: sight.scope.kind === "commit" ? sight.scope.id : undefined,
  turn: sight.scope.kind === "turn" ? sight.scope.turn : undefined,
  split: sight.split ? 1 : undefined,
  space: sight.ignoreSpace ? 0 : undefined,
  file: sight.file === undefined ? undefined : pathText(sight.file),
  was: sight.was === undefined ? undefined : pathText(sight.was),
  whole: sight.whole ? 1 : undefined,
})

export const addressOf = (loop: string, sight: Sight): string => urls.loopChanges(loop, fieldsOf(sight))

function fieldsOf(sight: Sight) {
  const { comment, pick, said } = sight
  const asked = comment && {
    comment: pathText(comment.path),
    side: comment.side === "old" ? "old" : undefined,
    line: comment.line,
  }
  return { ...queryOf(sight), ...asked, pick, said }
}

/** Of the page at this address that showed what this mark stands for. */
export const streamOf = (loop: string, sight: Sight, seen: string): string =>
  urls.loopChangesEvents(loop, { ...fieldsOf({ ...sight, said: undefined }), seen })

/** For a form's field: without what is only for one moment. */
export function sightText(sight: Sight): string {
  const url = urls.loopChanges("x", queryOf(sight))
  return url.includes("?") ? url.slice(url.indexOf("?") + 1) : ""
}
