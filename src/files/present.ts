import type {
  CrumbView,
  EditView,
  EntryView,
  FileView,
  FolderView,
  MentionView,
  NoticeView,
  ThingActionsView,
} from "../../views/props/files.ts"
import { joined, nameOf, pathText, shownPath } from "../lib/file-path.ts"
import { isEditable, toForm } from "../lib/file-text.ts"
import { highlight, languageOf } from "../lib/highlight.ts"
import { fileWords } from "../lib/i18n/files.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { FilePlace } from "../lib/file-place.ts"
import { urls } from "../lib/urls.ts"
import type { FileEntry } from "../sandbox/index.ts"
import type { Refused } from "./change.ts"
import { folderInside } from "./checkout.ts"
import { type Content, shownEntries, type Sight } from "./look.ts"
import type { Marks } from "./marks.ts"
import type { Uploaded } from "./upload.ts"

type Place = Pick<Sight, "loop"> & Partial<Sight>

export const addressOf = ({ loop, checkout, hidden = false }: Place, path: string, more: FilePlace = {}): string =>
  urls.loopFiles(loop, {
    ...(checkout !== undefined && { checkout }),
    ...(path !== "" && { path: pathText(path) }),
    ...(hidden && { hidden: 1 }),
    ...more,
  })

/** What is looked at, for links that come back to it. */
export const placeOf = ({ checkout, path, from, hidden }: Sight): FilePlace => ({
  ...(checkout !== undefined && { checkout }),
  ...(path !== "" && { path: pathText(path) }),
  ...(from > 0 && { from }),
  ...(hidden && { hidden: 1 }),
})

export function crumbViews(sight: Place & Pick<Sight, "path">, locale: Locale): CrumbView[] {
  const names = sight.path === "" ? [] : sight.path.split("/")
  return [
    {
      name: sight.checkout === undefined ? fileWords(locale).workdir : shownPath(sight.checkout.slice(0, 200)),
      url: addressOf(sight, ""),
    },
    ...names.map((name, index) => ({
      name: shownPath(name),
      url: addressOf(sight, names.slice(0, index + 1).join("/")),
    })),
  ]
}

interface Listed {
  entries: readonly FileEntry[]
  more: boolean
  marks: Marks
}

export function folderView(sight: Sight, { entries, more, marks }: Listed, mayWrite: boolean): FolderView {
  const { loop, checkout, path } = sight
  const text = pathText(path)
  return {
    entries: entries.map((entry) => entryView(sight, entry, marks)),
    ...(more && { moreUrl: addressOf(sight, path, { from: sight.from + shownEntries }) }),
    hidden: { shown: sight.hidden, url: addressOf({ ...sight, hidden: !sight.hidden }, path) },
    downloadUrl: urls.loopFileDownload(loop, text, checkout),
    ...(mayWrite && {
      may: {
        path: text,
        newUrl: urls.loopFileNew(loop, checkout),
        uploadUrl: urls.loopFileUpload(loop, text, checkout),
        ...(path !== "" && { thing: thingView(sight, path) }),
      },
    }),
  }
}

const entryView = (sight: Sight, { name, kind, size, modified }: FileEntry, marks: Marks): EntryView => ({
  name: shownPath(name),
  kind,
  url: addressOf(sight, joined(sight.path, name)),
  ...(kind === "file" && { size }),
  modified,
  mark: marks.ignored.has(name) ? "ignored" : marks.changed.get(name),
})

/** Of a loop, and of which checkout. */
type Root = Pick<Sight, "loop" | "checkout">

const thingView = ({ loop, checkout }: Root, path: string): ThingActionsView => ({
  path: pathText(path),
  editablePath: path.isWellFormed() ? path : undefined,
  moveUrl: urls.loopFileMove(loop, checkout),
  deleteUrl: urls.loopFileDelete(loop, pathText(path), checkout),
})

export function fileView(
  sight: Sight,
  { entry, content }: { entry: FileEntry; content: Content },
  mayWrite: boolean,
): FileView {
  const { loop, checkout, path } = sight
  const closed = content.kind === "vault"
  const editable = content.kind === "text" && isEditable(content.text)
  return {
    name: shownPath(nameOf(path)),
    size: entry.size,
    modified: entry.modified,
    content: contentView(sight, content),
    ...(entry.kind === "file" && !closed && readingUrls(sight)),
    ...(mayWrite && editable && { editUrl: addressOf({ loop, checkout }, path, { edit: 1 }) }),
    ...(mayWrite && { mention: mentionView(sight, path) }),
    damageable: mayWrite && content.kind === "text" && !editable,
    ...(mayWrite && !closed && { may: thingView(sight, path) }),
  }
}

const readingUrls = ({ loop, checkout, path }: Sight) => ({
  downloadUrl: urls.loopFileDownload(loop, pathText(path), checkout),
  historyUrl: urls.loopHistory(loop, { checkout, file: pathText(path) }),
})

function contentView({ loop, checkout, path }: Sight, content: Content): FileView["content"] {
  switch (content.kind) {
    case "text":
      return { kind: "text", text: highlight(content.text.replaceAll("\0", "\ufffd"), languageOf(nameOf(path))) }
    case "ends":
      return { kind: "ends", head: content.head, tail: content.tail }
    case "image":
      return { kind: "image", url: urls.loopFileImage(loop, pathText(path), { checkout }) }
    case "link":
      return {
        kind: "link",
        target: shownPath(content.target),
        ...(content.leadsTo !== undefined && { url: addressOf({ loop, checkout }, content.leadsTo) }),
      }
    case "binary":
    case "vault":
    case "special":
      return { kind: content.kind }
  }
}

/** As the agent's own notation has it; a path with spaces in it stands in quotes. */
function mentionView({ loop, checkout }: Root, path: string): MentionView | undefined {
  if (!path.isWellFormed() || /["\n]/.test(path)) return undefined
  const named = checkout === undefined ? path : `${folderInside(loop, checkout)}/${path}`
  return { path: /\s/.test(named) ? `"${named}"` : named, loop, conversationUrl: urls.loop(loop) }
}

export const titleOf = (path: string, locale: Locale): string =>
  path === "" ? fileWords(locale).list : shownPath(nameOf(path))

/** A text in a form, as it is in the file or as somebody left it. */
export const editView = (
  root: Root,
  { path, version, text }: { path: string; version: string; text: string },
): EditView => ({
  path: pathText(path),
  name: shownPath(nameOf(path)),
  version,
  text: toForm(text),
  saveUrl: urls.loopFileSave(root.loop, root.checkout),
  cancelUrl: addressOf(root, path),
  mention: mentionView(root, path),
})

/** Each says what to do. */
export function refusedSentence(why: Refused["why"], locale: Locale): string {
  const words = fileWords(locale)
  return {
    exists: words.exists,
    missing: words.missing,
    denied: words.denied,
    "bad-name": words.badName,
    kind: words.wrongKind,
    limit: words.tooLarge,
  }[why]
}

export function uploadNotice({ stored, refused }: Uploaded, locale: Locale): NoticeView {
  const words = fileWords(locale)
  return {
    level: refused.length > 0 ? "error" : "info",
    sentences: [
      ...(stored.length > 0 || refused.length === 0 ? [words.uploadStored(stored.length)] : []),
      ...refused.slice(0, 20).map(({ name, why }) => words.refusedNamed(name, refusedSentence(why, locale))),
    ],
  }
}
