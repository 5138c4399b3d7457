import type { EntryView, FilesPageView } from "../../../views/props/files.ts"
import { frame, header, loopId, minutes, type Setting } from "./samples.ts"

const loop = loopId(3)
const at = `/loops/${loop}/files`

const entries: EntryView[] = [
  { name: "src", kind: "folder", url: `${at}?path=src`, modified: minutes(3) },
  { name: "说明文档", kind: "folder", url: `${at}?path=docs`, modified: minutes(300) },
  {
    name: "a very long name of a file that somebody generated and never looked at again.generated.ts",
    kind: "file",
    url: `${at}?path=long`,
    size: 1_204_233,
    modified: minutes(12),
  },
  { name: "package.json", kind: "file", url: `${at}?path=package.json`, size: 812, modified: minutes(60) },
  { name: "latest", kind: "link", url: `${at}?path=latest`, modified: minutes(61) },
  { name: "odd\\xff name", kind: "other", modified: minutes(900) },
]

/** A folder in a loop's files. */
export function filesPage(setting: Setting): FilesPageView {
  return {
    ...frame(setting),
    header: header(setting.locale),
    panel: "files",
    crumbs: [
      { name: "workdir", url: at },
      { name: "billing", url: `${at}?path=billing` },
    ],
    body: {
      kind: "folder",
      folder: { entries, moreUrl: `${at}?from=500`, hidden: { shown: false, url: `${at}?hidden=1` } },
    },
  }
}

/** The same when there is no sandbox to look into. */
export function unplacedPage(setting: Setting): FilesPageView {
  const sentence =
    setting.locale === "en"
      ? "The sandbox is still getting ready. Try again in a moment."
      : "沙箱仍在准备中，请稍后重试。"
  return {
    ...filesPage(setting),
    body: { kind: "unplaced", unplaced: { sentence, detail: "no route to host", retryUrl: at } },
  }
}
