import type { EntryView, FilesBodyView, FilesPageView, HitView } from "../../../views/props/files.ts"
import { diffLines } from "../../lib/diff.ts"
import { highlight } from "../../lib/highlight.ts"
import { frame, header, loopId, minutes, type Setting } from "./samples.ts"

const loop = loopId(3)
const at = `/loops/${loop}/files`

const entries: EntryView[] = [
  { name: "src", kind: "folder", url: `${at}?path=src`, modified: minutes(3), mark: "inside" },
  { name: "说明文档", kind: "folder", url: `${at}?path=docs`, modified: minutes(300) },
  {
    name: "a very long name of a file that somebody generated and never looked at again.generated.ts",
    kind: "file",
    url: `${at}?path=long`,
    size: 1_204_233,
    modified: minutes(12),
  },
  {
    name: "package.json",
    kind: "file",
    url: `${at}?path=package.json`,
    size: 812,
    modified: minutes(60),
    mark: "changed",
  },
  { name: "latest", kind: "link", url: `${at}?path=latest`, modified: minutes(61) },
  { name: "odd\\xff name", kind: "other", url: `${at}?path=odd`, modified: minutes(900) },
]

const thing = { path: "src/rate.ts", editablePath: "src/rate.ts", moveUrl: `${at}/move`, deleteUrl: `${at}/delete` }

const page = (setting: Setting, body: FilesBodyView): FilesPageView => ({
  ...frame(setting),
  header: header(setting.locale),
  panel: "files",
  crumbs: [
    { name: "workdir", url: at },
    { name: "billing", url: `${at}?path=billing` },
  ],
  checkouts: [
    { name: "workdir", url: at, current: true },
    { name: "notes", url: at, current: false },
  ],
  search: { url: `${at}/find`, words: "", within: "name" },
  open: {
    loop,
    folderUrl: at,
    ...((body.kind === "file" || body.kind === "edit") && {
      current: { path: "src/rate.ts", name: "rate.ts", url: `${at}?path=src/rate.ts` },
    }),
  },
  body,
})

/** A folder in a loop's files, for its driver. */
export const filesPage = (setting: Setting): FilesPageView =>
  page(setting, {
    kind: "folder",
    folder: {
      entries,
      moreUrl: `${at}?from=500`,
      hidden: { shown: false, url: `${at}?hidden=1` },
      downloadUrl: `${at}/download`,
      may: { path: "billing", newUrl: `${at}/new`, uploadUrl: `${at}/upload`, thing },
    },
  })

/** The same when there is no sandbox to look into. */
export function unplacedPage(setting: Setting): FilesPageView {
  const sentence =
    setting.locale === "en"
      ? "The sandbox is still getting ready. Try again in a moment."
      : "沙箱仍在准备中，请稍后重试。"
  return page(setting, { kind: "unplaced", unplaced: { sentence, detail: "no route to host", retryUrl: at } })
}

export const before = "export const rate = 0.19\nexport const name = 'tax'\n"
const mine = "export const rate = 0.21\nexport const name = 'tax'\n"
const mention = { path: "src/rate.ts", loop, conversationUrl: `/loops/${loop}` }
const shown = { name: "rate.ts", size: 52, modified: minutes(12), downloadUrl: `${at}/download`, may: thing, mention }
const edit = {
  mention,
  path: "src/rate.ts",
  name: "rate.ts",
  version: "0",
  text: mine,
  saveUrl: `${at}/save`,
  cancelUrl: at,
}

/** One file, in the ways in which it can be shown. */
export const filePages: Record<string, (setting: Setting) => FilesPageView> = {
  text: (setting) =>
    page(setting, {
      kind: "file",
      file: { ...shown, content: { kind: "text", text: highlight(before, "ts") }, editUrl: `${at}?edit=1` },
    }),
  link: (setting) =>
    page(setting, { kind: "file", file: { ...shown, content: { kind: "link", target: "/etc/passwd" } } }),
  ends: (setting) =>
    page(setting, { kind: "file", file: { ...shown, content: { kind: "ends", head: before, tail: before } } }),
  long: (setting) => page(setting, { kind: "file", file: { ...shown, content: { kind: "long" } } }),
  binary: (setting) => page(setting, { kind: "file", file: { ...shown, content: { kind: "binary" } } }),
  edit: (setting) => page(setting, { kind: "edit", edit }),
  conflict: (setting) =>
    page(setting, {
      kind: "conflict",
      conflict: { ...edit, theirs: { text: before, difference: diffLines(before, mine).lines } },
    }),
  remove: (setting) =>
    page(setting, {
      kind: "remove",
      remove: {
        name: "src",
        path: "src",
        isFolder: true,
        count: 12,
        loss: "kept",
        deleteUrl: `${at}/delete`,
        cancelUrl: at,
      },
    }),
  found: (setting) => page(setting, { kind: "found" }),
}

/** What a search found there. */
export const hits: HitView[] = [
  { path: "src/rate.ts", url: `${at}?path=src` },
  { path: "src/rate.ts", url: `${at}?path=src`, line: { number: 2, text: "export const name = 'tax'" } },
]
