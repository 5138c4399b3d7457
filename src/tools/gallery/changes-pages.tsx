import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { FileDiff } from "../../../views/components/file-diff.tsx"
import { ChangesPage, CutShort, DiffSummary, FoldedFiles } from "../../../views/pages/changes.tsx"
import { FileHistoryPage } from "../../../views/pages/file-history.tsx"
import { BranchesPage, HistoryPage } from "../../../views/pages/history.tsx"
import {
  branchesPage,
  changesPage,
  fileDiffs,
  fileHistoryPage,
  foldedFiles,
  historyPage,
  keptTextPage,
  noRepositoryPage,
} from "./changes.ts"
import type { Setting } from "./samples.ts"

export const changesGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  changes: (setting) => changes(setting, false),
  "changes-split": (setting) => changes(setting, true),
  "changes-file-history": (setting) => <FileHistoryPage page={fileHistoryPage(setting)} />,
  "changes-history": (setting) => <HistoryPage page={historyPage(setting)} />,
  "changes-branches": (setting) => <BranchesPage page={branchesPage(setting)} />,
  "changes-kept-text": (setting) => <ChangesPage page={keptTextPage(setting)} />,
  "changes-no-repository": (setting) => <ChangesPage page={noRepositoryPage(setting)} />,
}

function changes(setting: Setting, split: boolean): SafeHtml | null {
  const { reader, formToken, ...page } = changesPage(setting, split)
  const about = page.body.kind === "changes" ? page.body.changes : undefined
  return (
    <ChangesPage page={{ ...page, reader, formToken }}>
      <>
        {about && fileDiffs.map((file) => <FileDiff file={file} about={about} reader={reader} formToken={formToken} />)}
        <CutShort reader={reader} />
        <FoldedFiles files={foldedFiles} reader={reader} />
        <DiffSummary files={split ? 0 : 5} added={12} removed={3} reader={reader} />
      </>
    </ChangesPage>
  )
}
