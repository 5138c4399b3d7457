import { changesWords } from "../../src/lib/i18n/changes.ts"
import { historyWords } from "../../src/lib/i18n/history.ts"
import type { FileCommitView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { Time } from "./small.tsx"

/** A commit in a list: its subject leads to what it changed. */
export function CommitWords({ commit, reader }: { commit: FileCommitView; reader: Reader }) {
  return (
    <span class="commit-words">
      <a href={commit.url}>
        <code>{commit.subject === "" ? commit.id.slice(0, 10) : commit.subject}</code>
      </a>{" "}
      {commit.names.map((name) => (
        <code class="tag">{name}</code>
      ))}
      <span class="quiet-line">
        <code>{changesWords(reader.locale).byAuthor(commit.author)}</code> · <Time at={commit.at} reader={reader} /> ·{" "}
        <code>{commit.id.slice(0, 10)}</code>
        {commit.was !== undefined && <code>{` · ${historyWords(reader.locale).formerly(commit.was)}`}</code>}
      </span>
    </span>
  )
}
