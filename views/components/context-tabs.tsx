import { contextWords } from "../../src/lib/i18n/context.ts"
import type { TabView } from "../props/context.ts"
import type { Reader } from "../props/reader.ts"

const tabWords = { page: "page", source: "source", history: "history", blame: "blame" } as const

interface TabsProps {
  tabs: TabView[]
  editUrl?: string | undefined
  reader: Reader
}

/** The ways to look at a file. */
export function Tabs({ tabs, editUrl, reader }: TabsProps) {
  const words = contextWords(reader.locale)
  return (
    <div class="context-tabs">
      <nav class="filters" aria-label={words.views}>
        {tabs.map(({ view, url, current }) => (
          <a href={url} aria-current={current ? "page" : undefined}>
            {words[tabWords[view]]}
          </a>
        ))}
      </nav>
      {editUrl !== undefined && (
        <a class="button small" href={editUrl} data-shortcut="e">
          {words.edit}
        </a>
      )}
    </div>
  )
}

/** Above an older version: the way to the newest one. */
export const OlderVersion = ({ newestUrl, reader }: { newestUrl: string; reader: Reader }) => (
  <p class="files-notice info">
    {contextWords(reader.locale).olderVersion} <a href={newestUrl}>{contextWords(reader.locale).showNewest}</a>
  </p>
)
