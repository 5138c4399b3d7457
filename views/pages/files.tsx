import { byteSize } from "../../src/lib/bytes.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import { Time } from "../components/small.tsx"
import { Icon, type IconName } from "../icons/icon.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import type { CrumbView, EntryView, FilesPageView, FolderView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"

export function FilesPage({ page }: { page: FilesPageView }) {
  const { body, crumbs, reader } = page
  return (
    <PanelFrame page={page} class="files">
      <Crumbs crumbs={crumbs} reader={reader} />
      {body.kind === "folder" ? (
        <Folder folder={body.folder} reader={reader} />
      ) : (
        <Unplaced unplaced={body.unplaced} reader={reader} />
      )}
    </PanelFrame>
  )
}

function Crumbs({ crumbs, reader }: { crumbs: CrumbView[]; reader: Reader }) {
  const last = crumbs.length - 1
  return (
    <nav class="crumbs" aria-label={fileWords(reader.locale).where}>
      <ol>
        {crumbs.map(({ name, url }, index) => (
          <li>
            <a href={url} aria-current={index === last ? "page" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  )
}

function Folder({ folder, reader }: { folder: FolderView; reader: Reader }) {
  const words = fileWords(reader.locale)
  return (
    <div class="folder">
      {folder.entries.length === 0 ? (
        <p class="hint">{words.emptyFolder}</p>
      ) : (
        <ul class="entries" aria-label={words.list}>
          {folder.entries.map((entry) => (
            <Entry entry={entry} reader={reader} />
          ))}
        </ul>
      )}
      <p class="folder-foot">
        {folder.moreUrl !== undefined && (
          <a class="button small" href={folder.moreUrl}>
            {words.more}
          </a>
        )}
        <a class="quiet-line" href={folder.hidden.url}>
          {folder.hidden.shown ? words.hideAgain : words.showHidden}
        </a>
      </p>
    </div>
  )
}

const icons: Record<EntryView["kind"], IconName> = { folder: "folder", file: "file", link: "link", other: "ask" }

function Entry({ entry, reader }: { entry: EntryView; reader: Reader }) {
  const words = fileWords(reader.locale)
  const face = (
    <>
      <Icon name={icons[entry.kind]} />
      <span class="unseen">{words[entry.kind]}</span>
      <span class="cut">{entry.name}</span>
    </>
  )
  return (
    <li class="entry-line">
      {entry.url === undefined ? (
        <span class="entry-name">{face}</span>
      ) : (
        <a class="entry-name" href={entry.url}>
          {face}
        </a>
      )}
      <span class="number entry-size">{entry.size === undefined ? "" : byteSize(entry.size, reader.locale)}</span>
      <Time at={entry.modified} reader={reader} />
    </li>
  )
}
