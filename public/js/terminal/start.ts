import { WebLinksAddon } from "@xterm/addon-web-links"
import { Terminal } from "@xterm/xterm"
import { byId } from "../page.ts"
import { connect, type Connection, type Ending } from "./connection.ts"
import { Display } from "./display.ts"
import { startKeysBar } from "./keys-bar.ts"
import { offerLink, offerPaste } from "./questions.ts"
import { followTheme } from "./themes.ts"

export function startTerminal(): void {
  const stage = byId("terminal")
  const place = byId("terminal-screen")
  if (stage && place) showTerminal(stage, place)
  else byId("no-terminal")?.matches("[data-opens]") && byId("no-terminal")?.querySelector("form")?.requestSubmit()
}

const phone = matchMedia("(max-width: 719px)")
/** Answers of the emulator to questions of a program: they come from no key. */
const report = /^\u001b(\[[?>=]?[\d;]*(c|R|n|\$y|t)|\[[IO]|P[^]*\u001b\\|\][^]*(\u0007|\u001b\\))$/

function showTerminal(stage: HTMLElement, place: HTMLElement): void {
  const terminal = createTerminal(place)
  terminal.loadAddon(new WebLinksAddon((_event, text) => void offerLink(text)))
  const display = new Display(terminal, place)
  terminal.textarea?.setAttribute("aria-label", stage.dataset["screen"] ?? "")
  terminal.options.disableStdin = stage.hasAttribute("data-watch")
  followTheme((theme) => (terminal.options.theme = theme))

  const connection = connect(stage.dataset["socket"] ?? "", () => display.place, {
    told(message) {
      if (message.kind === "exit") return showExit(message)
      if (message.kind === "attached") notice("open")
      display.told(message)
    },
    bytes: (bytes) => display.bytes(bytes),
    lost: () => notice("lost"),
    ended(how: Ending) {
      display.end()
      notice(how)
    },
  })
  display.say = connection.say
  listen(terminal, stage, { connection, display })
  startClipboard(terminal, place)
  startReadingAloud(terminal)
  if (!phone.matches) terminal.focus()
}

interface Ends {
  connection: Connection
  display: Display
}

/** Keys, pasted text and the emulator's answers, on their way to the shell. */
function listen(terminal: Terminal, stage: HTMLElement, { connection, display }: Ends): void {
  const encoder = new TextEncoder()
  const type = (text: string) => {
    connection.keys(encoder.encode(text))
    terminal.focus()
  }
  const bar = stage.querySelector<HTMLElement>(".tty-keys")
  const keysBar = bar && startKeysBar(bar, type, () => terminal.modes.applicationCursorKeysMode)
  terminal.onData((text) => {
    if (!report.test(text)) connection.keys(encoder.encode(keysBar?.modified(text) ?? text))
    else if (display.isLive) connection.say({ kind: "report", text })
  })
  terminal.onBinary((text) => connection.keys(Uint8Array.from(text, (letter) => letter.charCodeAt(0))))
}

function createTerminal(place: HTMLElement): Terminal {
  return new Terminal({
    fontFamily: getComputedStyle(place).fontFamily,
    fontSize: phone.matches ? 12 : 13,
    lineHeight: 1.2,
    scrollback: 5_000,
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    linkHandler: { activate: (_event, text) => void offerLink(text) },
  })
}

function notice(state: "open" | "lost" | Ending): void {
  const element = byId("terminal-notice")
  if (element) element.dataset["state"] = state
}

function showExit({ code, signal }: { code: number | null; signal: string | null }): void {
  const place = document.querySelector<HTMLElement>("[data-exit]")
  if (place) place.textContent = (place.dataset["exit"] ?? "").replace("…", String(code ?? signal ?? ""))
}

function startClipboard(terminal: Terminal, place: HTMLElement): void {
  const paste = (text: string) => {
    terminal.paste(text)
    terminal.focus()
  }
  const offer = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    void offerPaste(event.clipboardData?.getData("text/plain") ?? "", paste)
  }
  place.addEventListener("paste", offer, true)
  const copy = () => {
    if (isSecureContext) void navigator.clipboard.writeText(terminal.getSelection())
    else document.execCommand("copy")
  }
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || event.code !== "KeyC" || !event.ctrlKey || !event.shiftKey) return true
    event.preventDefault()
    if (terminal.hasSelection()) copy()
    return false
  })
  byId("terminal-copy")?.addEventListener("click", copy)
  byId("terminal-paste")?.addEventListener("click", () => {
    if (isSecureContext) void navigator.clipboard.readText().then((text) => offerPaste(text, paste))
    terminal.focus()
  })
}

/** Remembered for this browser. */
function startReadingAloud(terminal: Terminal): void {
  const box = byId("terminal-aloud")
  if (!(box instanceof HTMLInputElement)) return
  box.checked = localStorage.getItem("terminal-aloud") === "yes"
  const apply = () => {
    terminal.options.screenReaderMode = box.checked
    localStorage.setItem("terminal-aloud", box.checked ? "yes" : "no")
  }
  box.addEventListener("change", apply)
  apply()
}
