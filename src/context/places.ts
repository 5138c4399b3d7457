import { z } from "zod"
import type { TreeRowView } from "../../views/props/context.ts"
import type { CrumbView } from "../../views/props/files.ts"
import { type ContextPlace, contextUrls, type ShelfName } from "../lib/context-urls.ts"
import { parsePath, pathText, shownPath } from "../lib/file-path.ts"
import { contextWords } from "../lib/i18n/context.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { Entry } from "./entries.ts"

/** Of a form: a document or folder of a context, and not the whole of it. */
export const pathField = z.string().max(8_192).transform(parsePath).pipe(z.string().min(1))

/** The address of something in a context. */
export const placeUrl = (shelf: ShelfName, path: string, more: Omit<ContextPlace, "path"> = {}): string =>
  contextUrls.shelf(shelf, { ...(path !== "" && { path: pathText(path) }), ...more })

export function crumbsTo(shelf: ShelfName, path: string, locale: Locale): CrumbView[] {
  const words = contextWords(locale)
  const names = path === "" ? [] : path.split("/")
  return [
    { name: words.context, url: contextUrls.context() },
    { name: words[shelf], url: placeUrl(shelf, "") },
    ...names.map((name, index) => ({
      name: shownPath(name),
      url: placeUrl(shelf, names.slice(0, index + 1).join("/")),
    })),
  ]
}

/** Rows of one folder in the tree; the folder's own page shows all of them. */
const mostRows = 200

interface Tree {
  entriesIn(folder: string): Entry[]
  urlOf(path: string, more?: { from: number }): string
}

/** The folders on the way to `path` with what lies in them; of all others only their names. */
export function treeRows({ entriesIn, urlOf }: Tree, path: string): TreeRowView[] {
  const level = (folder: string, depth: number): TreeRowView[] => {
    const entries = entriesIn(folder)
    const shown = entries.filter((entry, index) => index < mostRows || isOnWay(entry.path, path))
    const rows = shown.flatMap((entry) => {
      const open = entry.kind === "folder" && isOnWay(entry.path, path)
      const row = { name: shownPath(entry.name), url: urlOf(entry.path), depth, kind: entry.kind }
      return [{ ...row, open, current: entry.path === path }, ...(open ? level(entry.path, depth + 1) : [])]
    })
    if (shown.length === entries.length) return rows
    return [...rows, { name: "", url: urlOf(folder, { from: mostRows }), depth, kind: "more" }]
  }
  return level("", 0)
}

const isOnWay = (place: string, path: string) => path === place || path.startsWith(`${place}/`)
