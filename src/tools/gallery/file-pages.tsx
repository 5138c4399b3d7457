import type { Child } from "../../lib/jsx/jsx-runtime.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { FoundEnd, Hits } from "../../../views/components/found.tsx"
import { FilesPage } from "../../../views/pages/files.tsx"
import type { FilesPageView } from "../../../views/props/files.ts"
import { before, filePages, filesPage, hits, unplacedPage } from "./files.ts"
import { now, type Setting } from "./samples.ts"

export const filesGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  files: (setting) => <FilesPage page={filesPage(setting)} />,
  "files-unplaced": (setting) => <FilesPage page={unplacedPage(setting)} />,
  ...Object.fromEntries(Object.entries(filePages).map(([name, page]) => [`file-${name}`, shown(page)])),
}

/** With what would follow the page as it is read. */
function shown(page: (setting: Setting) => FilesPageView) {
  return (setting: Setting) => {
    const view = page(setting)
    return <FilesPage page={view}>{following(view, { locale: setting.locale, now })}</FilesPage>
  }
}

function following({ body }: FilesPageView, reader: FilesPageView["reader"]): Child {
  if (body.kind !== "found") return before
  return (
    <>
      <Hits hits={hits} reader={reader} />
      <FoundEnd any part reader={reader} />
    </>
  )
}
