import { commonWords } from "../../src/lib/i18n/common.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { contextUrls } from "../../src/lib/context-urls.ts"
import { urls } from "../../src/lib/urls.ts"
import { PostForm } from "../components/form.tsx"
import { LanguageForm, ThemeForm } from "../components/preferences.tsx"
import { Connection, HiddenWords, Shortcuts } from "../components/chrome.tsx"
import { Menu } from "../components/menu.tsx"
import { Avatar } from "../components/small.tsx"
import { RecentLoops } from "../components/recent-loops.tsx"
import { Icon } from "../icons/icon.tsx"
import { Mark } from "../icons/mark.tsx"
import type { FrameView } from "../props/frame.ts"
import { targets } from "../targets.ts"
import { Document } from "./document.tsx"

interface FrameProps {
  page: FrameView
  /** The address of a style sheet that not every page needs. */
  style?: string | undefined
  class?: string
  children?: Child
}

/** The page of somebody who is signed in: sidebar (a bottom bar on phones), content, one live stream. */
export function Frame({ page, style, class: name, children }: FrameProps) {
  const words = commonWords(page.reader.locale)
  return (
    <Document page={page} style={style} titlePrefix={page.needsYou > 0 ? `(${page.needsYou}) ` : ""} class="framed">
      <a class="skip" href="#content">
        {words.skipToContent}
      </a>
      <Sidebar page={page} />
      <main id="content" class={["content", name]} tabindex="-1">
        {children}
      </main>
      <p class="offline-line only-script" role="status">
        {words.connectionOffline}
      </p>
      <div id={targets.toasts} class="toasts" role="status" aria-live="polite" />
      <dialog id={targets.dialog} class="dialog" />
      <Shortcuts reader={page.reader} />
      <HiddenWords reader={page.reader} />
      {page.streamUrl !== undefined && !page.streamFollows && <Stream url={page.streamUrl} />}
    </Document>
  )
}

function Sidebar({ page }: { page: FrameView }) {
  const words = commonWords(page.reader.locale)
  return (
    <header class="sidebar">
      <a class="brand" href={urls.loops()} aria-label={words.workspaceMark(page.workspace)}>
        <Mark />
        <span>{page.workspace}</span>
      </a>
      <a class="button primary new-loop" href={urls.newLoop} data-dialog data-shortcut="c">
        <Icon name="plus" />
        <span>{words.newLoop}</span>
      </a>
      <nav class="sections" aria-label={words.main}>
        <a href={urls.loops()} aria-current={page.section === "loops" ? "page" : undefined}>
          <Icon name="loops" />
          <span>{words.loops}</span>
        </a>
        <a
          href={contextUrls.context()}
          data-section="context"
          aria-current={page.section === "context" ? "page" : undefined}
        >
          <Icon name="book" />
          <span>{words.context}</span>
        </a>
        <NeedsYou count={page.needsYou} reader={page.reader} />
      </nav>
      {page.recent !== undefined && page.recent.length > 0 && (
        <RecentLoops loops={page.recent} current={page.currentLoop} reader={page.reader} />
      )}
      <div class="sidebar-foot">
        <a class="foot-link" href={contextUrls.switch()} data-dialog data-palette>
          <Icon name="search" />
          <span>{words.goToDocument}</span>
        </a>
        <a class="foot-link" href={contextUrls.inbox} data-dialog data-here={targets.capture} data-shortcut="i">
          <Icon name="pencil" />
          <span>{words.capture}</span>
        </a>
        <a class="foot-link" href={urls.providers} aria-current={page.section === "settings" ? "page" : undefined}>
          <Icon name="settings" />
          <span>{words.settings}</span>
        </a>
        <Connection reader={page.reader} live={page.streamUrl !== undefined} />
        <PersonMenu page={page} />
      </div>
    </header>
  )
}

/** Live: `<Replace target={targets.needsYou}>`. */
export function NeedsYou({ count, reader }: { count: number; reader: FrameView["reader"] }) {
  return (
    <span id={targets.needsYou} class="badge" hidden={count === 0} data-count={String(count)}>
      <span aria-hidden="true">{count}</span>
      <span class="unseen">{commonWords(reader.locale).needsYou(count)}</span>
    </span>
  )
}

function PersonMenu({ page }: { page: FrameView }) {
  const { reader, user, formToken } = page
  const words = commonWords(reader.locale)
  const face = (
    <>
      <Avatar name={user.name} />
      <span class="person-name">{user.displayName}</span>
    </>
  )
  return (
    <Menu id="person-menu" class="person" at="foot" face={face}>
      <a class="menu-row" href={urls.providers}>
        <Icon name="settings" />
        {words.settings}
      </a>
      <button class="menu-row only-script" type="button" data-open="shortcuts">
        <Icon name="list" />
        {words.shortcuts}
      </button>
      <hr />
      <p class="menu-label">{words.theme}</p>
      <ThemeForm reader={reader} formToken={formToken} label={words.theme} theme={page.theme} />
      <p class="menu-label">{words.language}</p>
      <LanguageForm reader={reader} formToken={formToken} label={words.language} />
      <hr />
      <PostForm action={urls.signOut} formToken={formToken}>
        <button class="menu-row" type="submit">
          <Icon name="leave" />
          {words.signOut}
        </button>
      </PostForm>
    </Menu>
  )
}

/** Asks again every three seconds while there is no connection; the script of htmx ignores that while there is one. */
export function Stream({ url }: { url: string }) {
  const connect = { "hx-sse:connect": url, "hx-trigger": "load, every 3s", "hx-swap": "none" }
  return <div id="stream" hidden {...connect} />
}
