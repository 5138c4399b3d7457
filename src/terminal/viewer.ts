import type { Clock } from "../platform/clock.ts"
import type { KeptProcess, ScreenStart } from "../sandbox/index.ts"
import type { Desk, Looker } from "./desk.ts"
import { closing, type FromBrowser, type ToBrowser } from "./messages.ts"
import { Outflow } from "./outflow.ts"
import type { Size } from "./terminal.ts"

/** The far end of one socket. */
export interface Browser {
  bytes(bytes: Uint8Array): void
  tell(message: ToBrowser): void
  close(code: number): void
}

export interface ViewerNeeds {
  process: KeptProcess
  screen: ScreenStart
  run: string
  /** What the browser had seen when it came. */
  from: number
  desk: Desk
  /** Looks on and does nothing. */
  watches: boolean
  browser: Browser
  clock: Clock
  /** The sandbox is still there. */
  isThere(): boolean
  /** Called once, when this viewer has left. */
  left(): void
}

/** One browser that shows a terminal: its output, its keys, its size. */
export class Viewer implements Looker {
  fits?: Looker["fits"]
  readonly #needs: ViewerNeeds
  readonly #outflow: Outflow
  #over = false

  constructor(needs: ViewerNeeds) {
    this.#needs = needs
    this.#outflow = new Outflow((bytes) => needs.browser.bytes(bytes), needs.clock)
  }

  /** Passes everything on until the terminal or the socket ends. Never rejects. */
  async show(): Promise<void> {
    const { process, screen, run, desk, browser } = this.#needs
    desk.join(this)
    browser.tell({ kind: "attached", run, ...screen })
    // Whoever fell too far behind is let go by the sandbox, though he still has no room for what is here.
    const lost = process.exited.then(({ code, signal }) => code === null && signal === null)
    for await (const piece of process.stdout) {
      if (this.#over) return
      this.#outflow.push(piece)
      if (await Promise.race([this.#outflow.room(), lost])) break
    }
    if (await lost) return this.close(this.#needs.isThere() ? closing.again : closing.gone)
    await this.#outflow.sent()
    if (this.#over) return
    browser.tell({ kind: "exit", ...(await process.exited) })
    this.close(closing.exit)
  }

  /** What the browser sent, from somebody who may. */
  async heard(message: FromBrowser): Promise<void> {
    if (this.#over) return
    const { process, desk, watches } = this.#needs
    if (watches && message.kind !== "ack") return
    switch (message.kind) {
      case "keys":
        desk.typed(this)
        return process.write(message.bytes)
      case "report":
        return desk.isLedBy(this) ? process.write(message.text) : undefined
      case "size":
        return this.#sized(message)
      case "ack":
        if (!this.#outflow.acknowledge(message.bytes)) return this.close(closing.nonsense)
        return process.acknowledge(message.bytes)
    }
  }

  shape({ columns, rows }: Size): void {
    this.#needs.browser.tell({ kind: "size", columns, rows })
  }

  resize({ columns, rows }: Size): void {
    void this.#needs.process.resize(columns, rows)
  }

  /** Leaves; the terminal goes on. */
  close(code: number): void {
    if (this.#over) return
    this.leave()
    this.#needs.browser.close(code)
  }

  leave(): void {
    if (this.#over) return
    this.#over = true
    this.#outflow.end()
    this.#needs.desk.leave(this)
    this.#needs.process.detach()
    this.#needs.left()
  }

  #sized({ columns, rows }: Size): void {
    const first = this.fits === undefined
    const { desk, screen, from } = this.#needs
    desk.sized(this, { columns, rows })
    if (first && screen.from > from) desk.redraw(this)
  }
}
