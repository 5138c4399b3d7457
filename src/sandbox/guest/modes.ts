/**
 * The private modes (DECSET and DECRST, ECMA-48 with DEC's extensions) that a stretch of terminal output leaves behind:
 * alternate screen, cursor, mouse, bracketed paste. Who shows only what came later sets them first.
 */
export class Modes {
  readonly #modes = new Map<string, boolean>()
  #unfinished = ""

  take(bytes: Uint8Array): void {
    if (this.#unfinished === "" && !bytes.includes(escape)) return
    const text = this.#unfinished + Buffer.from(bytes).toString("latin1")
    for (const [whole, numbers = "", last] of text.matchAll(sequences)) {
      if (whole === reset) this.#modes.clear()
      else for (const mode of numbers.split(";")) this.#set(mode, last === "h")
    }
    const open = text.lastIndexOf("\u001b")
    const rest = open < 0 ? "" : text.slice(open)
    this.#unfinished = rest.length <= longest && beginning.test(rest) ? rest : ""
  }

  /** What sets them again. */
  sequence(): string {
    return [...this.#modes].map(([mode, on]) => `\u001b[?${mode}${on ? "h" : "l"}`).join("")
  }

  #set(mode: string, on: boolean): void {
    if (mode === "" || mode.length > 4) return
    if (this.#modes.size < most || this.#modes.has(mode)) this.#modes.set(mode, on)
  }
}

const escape = 0x1b
const reset = "\u001bc"
const longest = 40
/** Programs know a few dozen; one that makes numbers up costs no more. */
const most = 64
const sequences = /\u001bc|\u001b\[\?([\d;]{1,36})([hl])/g
const beginning = /^\u001b(\[(\?[\d;]*)?)?$/
