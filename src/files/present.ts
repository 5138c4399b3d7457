import type { CrumbView, EntryView, FilesPageView, FolderView } from "../../views/props/files.ts"
import { joined, nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { fileWords } from "../lib/i18n/files.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { type FilePlace, urls } from "../lib/urls.ts"
import type { FileEntry } from "../sandbox/index.ts"
import { shownEntries } from "./folder.ts"

/** Which part of a loop's files somebody looks at. */
export interface Sight {
  loop: string
  path: string
  from: number
  hidden: boolean
}

const addressOf = ({ loop, hidden }: Sight, path: string, more: FilePlace = {}): string =>
  urls.loopFiles(loop, {
    ...(path !== "" && { path: pathText(path) }),
    ...(hidden && { hidden: 1 }),
    ...more,
  })

/** The place that is looked at, at which one tries again. */
export const here = (sight: Sight): string => addressOf(sight, sight.path, sight.from > 0 ? { from: sight.from } : {})

export function crumbViews(sight: Sight, locale: Locale): CrumbView[] {
  const names = sight.path === "" ? [] : sight.path.split("/")
  return [
    { name: fileWords(locale).workdir, url: addressOf(sight, "") },
    ...names.map((name, index) => ({
      name: shownPath(name),
      url: addressOf(sight, names.slice(0, index + 1).join("/")),
    })),
  ]
}

export function folderView(
  sight: Sight,
  { entries, more }: { entries: readonly FileEntry[]; more: boolean },
): FolderView {
  return {
    entries: entries.map((entry) => entryView(sight, entry)),
    ...(more && { moreUrl: addressOf(sight, sight.path, { from: sight.from + shownEntries }) }),
    hidden: { shown: sight.hidden, url: addressOf({ ...sight, hidden: !sight.hidden }, sight.path) },
  }
}

const entryView = (sight: Sight, { name, kind, size, modified }: FileEntry): EntryView => ({
  name: shownPath(name),
  kind,
  ...(kind !== "other" && { url: addressOf(sight, joined(sight.path, name)) }),
  ...(kind === "file" && { size }),
  modified,
})

export const titleOf = ({ path }: Sight, locale: Locale): string =>
  path === "" ? fileWords(locale).list : shownPath(nameOf(path))

export type FilesBody = FilesPageView["body"]
