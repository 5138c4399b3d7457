import { terminalWords } from "../../src/lib/i18n/terminal.ts"
import { urls } from "../../src/lib/urls.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { PostForm } from "../components/form.tsx"
import { Menu } from "../components/menu.tsx"
import { TerminalTabs } from "../components/terminal-tabs.tsx"
import { Icon } from "../icons/icon.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import type { Reader } from "../props/reader.ts"
import type { TerminalPageView, TerminalView, RanCommandView } from "../props/terminal.ts"

export function TerminalPage({ page }: { page: TerminalPageView }) {
  const { reader, terminal, unplaced } = page
  const words = terminalWords(reader.locale)
  return (
    <PanelFrame page={page} class="filled">
      <Bar page={page} />
      {page.notOpened !== undefined && (
        <p class="form-error tty-banner" role="alert">
          {page.notOpened}
        </p>
      )}
      {terminal?.shared === true && <Banner page={page} terminal={terminal} />}
      {unplaced !== undefined && <Unplaced unplaced={unplaced} reader={reader} />}
      {unplaced === undefined && terminal !== undefined && <Screen page={page} terminal={terminal} />}
      {unplaced === undefined && terminal === undefined && <None page={page} />}
      {page.drives && <Command page={page} />}
      <Question
        id="paste-question"
        title={words.pasteQuestion}
        lead={words.pasteLead}
        act={words.paste}
        reader={reader}
      />
      <Question id="link-question" title={words.linkQuestion} lead={words.linkLead} act={words.open} reader={reader} />
    </PanelFrame>
  )
}

function Bar({ page }: { page: TerminalPageView }) {
  const { reader, terminal } = page
  return (
    <div class="tty-bar">
      <TerminalTabs tabs={page} reader={reader} />
      {terminal !== undefined && page.drives && <Tools page={page} terminal={terminal} />}
    </div>
  )
}

/** Says who sees it; for the driver also how that ends. */
function Banner({ page, terminal }: { page: TerminalPageView; terminal: TerminalView }) {
  const { reader, header, formToken } = page
  const words = terminalWords(reader.locale)
  if (!page.drives) return <p class="tty-banner">{words.sharedBy(header.driver)}</p>
  return (
    <div class="tty-banner" role="status">
      <span>{words.sharedNow}</span>
      <Share loop={header.id} terminal={terminal.id} formToken={formToken} share="off">
        <button type="submit" class="button small">
          {words.unshare}
        </button>
      </Share>
    </div>
  )
}

interface ShareProps {
  loop: string
  terminal: string
  formToken: string | undefined
  share: "on" | "off"
  children: Child
}

const Share = ({ loop, terminal, formToken, share, children }: ShareProps) => (
  <PostForm action={urls.terminalShare(loop, terminal)} formToken={formToken}>
    <input type="hidden" name="share" value={share} />
    {children}
  </PostForm>
)

function Tools({ page, terminal }: { page: TerminalPageView; terminal: TerminalView }) {
  const { reader, header, formToken } = page
  const words = terminalWords(reader.locale)
  return (
    <div class="tty-tools">
      <button type="button" class="button quiet small only-script" id="terminal-copy">
        {words.copy}
      </button>
      <button type="button" class="button quiet small only-script" id="terminal-paste">
        {words.paste}
      </button>
      <Menu id="terminal-menu" class="button quiet square" label={words.more} face={<Icon name="more" />} at="head">
        <PostForm action={urls.terminalName(header.id, terminal.id)} formToken={formToken} class="tty-rename">
          <label for="terminal-name">{words.name}</label>
          <input id="terminal-name" name="name" value={terminal.name} maxlength="40" autocomplete="off" />
          <button type="submit" class="button small">
            {words.save}
          </button>
        </PostForm>
        <hr />
        <label class="menu-row only-script">
          <input type="checkbox" id="terminal-aloud" />
          {words.readAloud}
        </label>
        <Share loop={header.id} terminal={terminal.id} formToken={formToken} share={terminal.shared ? "off" : "on"}>
          <button class="menu-row" type="submit">
            <Icon name="eye" />
            {terminal.shared ? words.unshare : words.share}
          </button>
        </Share>
        <PostForm action={urls.terminalAgain(header.id, terminal.id)} formToken={formToken}>
          <button class="menu-row" type="submit">
            <Icon name="reload" />
            {words.again}
          </button>
        </PostForm>
        <PostForm action={urls.terminalClose(header.id, terminal.id)} formToken={formToken}>
          <button class="menu-row danger" type="submit">
            <Icon name="close" />
            {words.close}
          </button>
        </PostForm>
      </Menu>
    </div>
  )
}

/** Everything the script fills; without it the form below takes its place. */
function Screen({ page, terminal }: { page: TerminalPageView; terminal: TerminalView }) {
  const { reader, header, formToken } = page
  const words = terminalWords(reader.locale)
  return (
    <div
      class="tty-stage only-script"
      id="terminal"
      data-socket={terminal.socketUrl}
      data-screen={words.screen}
      data-watch={page.drives ? undefined : ""}
    >
      <div class="tty-screen" id="terminal-screen" />
      <div class="tty-notice" id="terminal-notice" role="status" data-state="connecting">
        <p data-when="connecting">{words.connecting}</p>
        <p data-when="lost">{words.reconnecting}</p>
        <p data-when="exit" data-exit={words.exited("…")} />
        <p data-when="gone">{words.gone}</p>
        <p data-when="refused">{words.notAllowed}</p>
        {page.drives && (
          <PostForm action={urls.terminalAgain(header.id, terminal.id)} formToken={formToken}>
            <button type="submit" class="button small" data-when="exit gone">
              <Icon name="reload" />
              <span>{words.again}</span>
            </button>
          </PostForm>
        )}
        <a class="button small" href={urls.loopTerminal(header.id, { tab: terminal.id })} data-when="refused">
          {words.reload}
        </a>
      </div>
      {page.drives && <KeysBar reader={reader} />}
    </div>
  )
}

/** Keys that a phone's keyboard has not. */
function KeysBar({ reader }: { reader: Reader }) {
  const words = terminalWords(reader.locale)
  const keys: [key: string, face: string, name: string][] = [
    ["Escape", "Esc", words.keyEscape],
    ["Tab", "Tab", words.keyTab],
    ["Control", "Ctrl", words.keyControl],
    ["Interrupt", "^C", words.keyInterrupt],
    ["ArrowLeft", "←", words.keyLeft],
    ["ArrowUp", "↑", words.keyUp],
    ["ArrowDown", "↓", words.keyDown],
    ["ArrowRight", "→", words.keyRight],
  ]
  return (
    <div class="tty-keys" role="toolbar" aria-label={words.keys}>
      {keys.map(([key, face, name]) => (
        <button type="button" class="button small" data-key={key} aria-label={name}>
          <kbd aria-hidden="true">{face}</kbd>
        </button>
      ))}
    </div>
  )
}

function None({ page }: { page: TerminalPageView }) {
  const words = terminalWords(page.reader.locale)
  return (
    <div class="panel-notice" id="no-terminal" data-opens={page.opens ? "" : undefined}>
      <h2>{words.noneYet}</h2>
      <p>{words.noneLead}</p>
      <PostForm action={urls.terminals(page.header.id)} formToken={page.formToken}>
        <button type="submit" class="button primary">
          <Icon name="terminal" />
          <span>{words.newTerminal}</span>
        </button>
      </PostForm>
    </div>
  )
}

/** One command at a time, for browsers without script; and its output, for all. */
function Command({ page }: { page: TerminalPageView }) {
  const { reader, ran, commandError, header, formToken } = page
  const words = terminalWords(reader.locale)
  return (
    <>
      <noscript>
        <div class="tty-command">
          <p>{words.noScript}</p>
          <PostForm action={urls.loopCommand(header.id)} formToken={formToken} class="command-form">
            <label for="command">{words.command}</label>
            <input id="command" name="command" value={ran?.command ?? ""} maxlength="4096" autocomplete="off" />
            <button type="submit" class="button">
              {words.run}
            </button>
          </PostForm>
          {commandError !== undefined && (
            <p class="form-error" role="alert">
              {commandError}
            </p>
          )}
        </div>
      </noscript>
      {ran !== undefined && (
        <section class="tty-ran" aria-label={words.ranTitle(ran.command)}>
          {ran.output !== undefined && (
            <div class="terminal">
              <pre class="terminal-output" tabindex="0">
                {ran.output}
              </pre>
            </div>
          )}
          <p class="hint">{ran.runs ? words.stillRuns : howItEnded(ran, words)}</p>
          {ran.wasCut && <p class="hint">{words.cut}</p>}
        </section>
      )}
    </>
  )
}

const howItEnded = ({ how }: RanCommandView, words: ReturnType<typeof terminalWords>) =>
  how === undefined ? words.tookTooLong : words.endedWith(how)

/** Asked before something from outside reaches the shell or the browser; the script puts in what it is about. */
function Question({ id, title, lead, act, reader }: QuestionProps) {
  const words = terminalWords(reader.locale)
  return (
    <dialog class="dialog narrow tty-question" id={id} aria-labelledby={`${id}-title`}>
      <form method="dialog">
        <h2 id={`${id}-title`}>{title}</h2>
        <p>{lead}</p>
        <pre class="detail" data-text tabindex="0" />
        <p class="tty-question-foot">
          <button type="submit" class="button" value="">
            {words.cancel}
          </button>
          <button type="submit" class="button primary" value="yes">
            {act}
          </button>
        </p>
      </form>
    </dialog>
  )
}

interface QuestionProps {
  id: string
  title: string
  lead: string
  act: string
  reader: Reader
}
