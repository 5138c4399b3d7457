import { FitAddon } from "@xterm/addon-fit"
import type { Terminal } from "@xterm/xterm"
import type { Told } from "./connection.ts"
import { openWithoutInlineStyle } from "../inline-styles.ts"

const acknowledgeAfter = 16 << 10

/** The emulator on the page: what of the output it has shown, and in which size. */
export class Display {
  /** How the server hears of it. */
  say: (message: object) => void = () => undefined
  readonly #terminal: Terminal
  readonly #element: HTMLElement
  readonly #fit = new FitAddon()
  #at = { run: "", from: 0 }
  /** Up to here the output is a repetition: questions in it were answered when they were asked. */
  #repeated = 0
  #shown = 0
  #unsaid = 0
  #isSized = false
  #isOver = false
  /** Which attachment and which clean screen a piece belongs to: it may be shown when there is another already. */
  #attachment = 0
  #screen = 0

  constructor(terminal: Terminal, element: HTMLElement) {
    this.#terminal = terminal
    this.#element = element
    terminal.loadAddon(this.#fit)
    openWithoutInlineStyle(() => terminal.open(element))
    new ResizeObserver(() => this.#tellSize()).observe(element)
  }

  /** Of which shell, and up to which byte of its output there is something here. */
  get place(): { run: string; from: number } {
    return this.#at
  }

  get isLive(): boolean {
    return this.#at.run !== "" && this.#shown >= this.#repeated
  }

  /** There is no shell any more that a size would matter to. */
  end(): void {
    this.#isOver = true
  }

  told(message: Exclude<Told, { kind: "exit" }>): void {
    if (message.kind === "attached") this.#attached(message)
    else this.#shape(message)
  }

  bytes(bytes: Uint8Array): void {
    this.#at.from += bytes.length
    const [attachment, screen] = [this.#attachment, this.#screen]
    this.#terminal.write(bytes, () => {
      if (screen === this.#screen) this.#shown += bytes.length
      if (attachment === this.#attachment) this.#took(bytes.length)
    })
  }

  #attached({ run, from, total, modes, columns, rows }: Extract<Told, { kind: "attached" }>): void {
    if (run !== this.#at.run || from !== this.#at.from) {
      this.#terminal.reset()
      this.#screen++
      this.#shown = from
    }
    this.#attachment++
    this.#at = { run, from }
    this.#repeated = total
    this.#unsaid = 0
    this.#isSized = false
    this.#shape({ columns, rows })
    this.#terminal.write(modes)
    this.#tellSize()
  }

  #took(count: number): void {
    this.#unsaid += count
    if (!this.#isSized) this.#tellSize()
    if (this.#unsaid < acknowledgeAfter) return
    this.say({ kind: "ack", bytes: this.#unsaid })
    this.#unsaid = 0
  }

  #tellSize(): void {
    const size = this.#fit.proposeDimensions()
    if (size && this.#isOver) this.#terminal.resize(size.cols, size.rows)
    if (!size || !this.isLive) return
    this.#isSized = true
    this.say({ kind: "size", columns: size.cols, rows: size.rows })
  }

  /** The device on which somebody types decides; every other one shows the same, only smaller. */
  #shape({ columns, rows }: { columns: number; rows: number }): void {
    const terminal = this.#terminal
    if (terminal.cols !== columns || terminal.rows !== rows) terminal.resize(columns, rows)
    const screen = this.#element.querySelector<HTMLElement>(".xterm-screen")
    if (!terminal.element || !screen) return
    const { clientWidth, clientHeight } = this.#element
    const scale = Math.min(1, clientWidth / screen.offsetWidth, clientHeight / screen.offsetHeight)
    terminal.element.style.transform = scale > 0.98 ? "" : `scale(${scale})`
  }
}
