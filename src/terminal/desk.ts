import { isUsable, type Size } from "./terminal.ts"

/** One browser that shows a terminal. */
export interface Looker {
  /** What fits on its screen, once it has said so. */
  fits?: Size
  /** Shows the terminal in this size. */
  shape(size: Size): void
  /** Gives the terminal itself this size. */
  resize(size: Size): void
}

/** Everybody who shows one terminal. The device on which the driver typed last decides about its size. */
export class Desk {
  readonly #lookers = new Set<Looker>()
  #typist: Looker | undefined
  #size: Size

  constructor(size: Size) {
    this.#size = size
  }

  get isEmpty(): boolean {
    return this.#lookers.size === 0
  }

  join(looker: Looker): void {
    this.#lookers.add(looker)
  }

  leave(looker: Looker): void {
    this.#lookers.delete(looker)
    if (this.#typist !== looker) return
    this.#typist = undefined
    // Whoever only looks on never says what fits.
    const [other, ...more] = [...this.#lookers].filter(({ fits }) => fits)
    if (other?.fits && more.length === 0) this.#take(other, other.fits)
  }

  /** Whether the terminal follows this one: nobody else typed last. */
  isLedBy(looker: Looker): boolean {
    return this.#typist === looker || this.#typist === undefined
  }

  typed(looker: Looker): void {
    if (this.#typist === looker) return
    this.#typist = looker
    if (looker.fits) this.#take(looker, looker.fits)
  }

  sized(looker: Looker, size: Size): void {
    if (!isUsable(size)) return
    looker.fits = size
    if (this.isLedBy(looker)) this.#take(looker, size)
    else looker.shape(this.#size)
  }

  /** Lets the program draw its screen anew, for somebody who saw only the end of what it drew. */
  redraw(looker: Looker): void {
    const { columns, rows } = this.#size
    looker.resize({ columns, rows: rows - 1 })
    looker.resize(this.#size)
  }

  #take(by: Looker, size: Size): void {
    const changed = size.columns !== this.#size.columns || size.rows !== this.#size.rows
    this.#size = size
    if (changed) by.resize(size)
    for (const looker of this.#lookers) looker.shape(size)
  }
}
