import { Gathered } from "../lib/gathered.ts"
import type { Clock } from "../platform/clock.ts"
import { longestFrame } from "./messages.ts"

/** How much may be under way to a browser that has not said that it has shown it. */
export const window = 256 << 10

/** Just under sixty in a second: as many as a screen can show. */
const betweenFramesMs = 17
/** So many may follow each other at once after a pause, so that a key is echoed without delay. */
const atOnce = 8

/** Output on its way to one browser: at once while it is little, in frames that a screen can follow when it is much. */
export class Outflow {
  readonly #send: (bytes: Uint8Array) => void
  readonly #clock: Clock
  readonly #waiting = new Gathered()
  #rest: Uint8Array = new Uint8Array(0)
  #unacknowledged = 0
  /** When the frames so far would have left, one after the other. */
  #due = 0
  #pause: (() => void) | undefined
  #wake: (() => void)[] = []
  #ended = false

  constructor(send: (bytes: Uint8Array) => void, clock: Clock) {
    this.#send = send
    this.#clock = clock
  }

  /** Bytes that were taken from the sandbox and not shown yet. */
  get size(): number {
    return this.#unacknowledged + this.#unsent
  }

  get #unsent(): number {
    return this.#waiting.size + this.#rest.length
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    if (!this.#pause) this.#flush()
  }

  /** How long the next frame has to wait. */
  get #wait(): number {
    return this.#due - atOnce * betweenFramesMs - this.#clock.now()
  }

  /** False when the browser claims to have shown more than it was sent. */
  acknowledge(bytes: number): boolean {
    if (bytes > this.#unacknowledged) return false
    this.#unacknowledged -= bytes
    this.#stir()
    return true
  }

  /** Resolves when less than the window is under way, or at the end. */
  room(): Promise<void> {
    return this.#until(() => this.size < window)
  }

  /** Resolves when everything was sent, or at the end. */
  sent(): Promise<void> {
    return this.#until(() => this.#unsent === 0)
  }

  end(): void {
    this.#ended = true
    this.#pause?.()
    this.#stir()
  }

  #flush(): void {
    this.#pause = undefined
    if (this.#ended || this.#unsent === 0) return
    if (this.#wait > 0) return void (this.#pause = this.#clock.after(this.#wait, () => this.#flush()))
    const all = Buffer.concat([this.#rest, this.#waiting.take()])
    const now = all.subarray(0, longestFrame)
    this.#rest = all.subarray(longestFrame)
    this.#unacknowledged += now.length
    this.#due = Math.max(this.#due, this.#clock.now()) + betweenFramesMs
    this.#send(now)
    this.#stir()
    if (this.#rest.length > 0) this.#flush()
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!this.#ended && !isSo()) await new Promise<void>((wake) => this.#wake.push(wake))
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
