import { terminalWords } from "../../src/lib/i18n/terminal.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { Reader } from "../props/reader.ts"
import type { TerminalTabsView } from "../props/terminal.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"

/** The tabs, who looks on, and the way to one more. Live: `<Replace target={targets.terminalTabs}>`. */
export function TerminalTabs({ tabs: view, reader }: { tabs: TerminalTabsView; reader: Reader }) {
  const words = terminalWords(reader.locale)
  return (
    <div id={targets.terminalTabs} class="tty-tabs">
      <nav class="inner-tabs" aria-label={words.terminals}>
        {view.tabs.map(({ name, url, current, shared, watchers }) => (
          <a
            class="inner-tab"
            href={url}
            aria-current={current ? "page" : undefined}
            data-shared={shared ? "" : undefined}
          >
            {shared && <Icon name="eye" />}
            <span class="cut">{name}</span>
            {watchers.length > 0 && <span class="tty-watchers">{words.watchedBy(watchers.join(", "))}</span>}
          </a>
        ))}
      </nav>
      <OneMore view={view} reader={reader} />
    </div>
  )
}

function OneMore({ view, reader }: { view: TerminalTabsView; reader: Reader }) {
  const words = terminalWords(reader.locale)
  if (!view.drives) return null
  if (!view.mayOpen) return <span class="hint tty-full">{words.atMost(view.most)}</span>
  return (
    <PostForm action={urls.terminals(view.loop)} formToken={view.formToken} id="new-terminal">
      <button type="submit" class="button quiet square" aria-label={words.newTerminal} title={words.newTerminal}>
        <Icon name="plus" />
      </button>
    </PostForm>
  )
}
