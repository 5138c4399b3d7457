import { createHash, createHmac, timingSafeEqual } from "node:crypto"

const shown = "[secret]"

/** A value that prints, serialises and interpolates as `[secret]`. `reveal` is the only way to it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  /** Whether somebody else knows it too. Takes the same time wherever the texts differ. */
  matches(given: string): boolean {
    const [mine, theirs] = [this.#value, given].map((text) => createHash("sha256").update(text).digest())
    return mine !== undefined && theirs !== undefined && timingSafeEqual(mine, theirs)
  }

  /** What only those who know it can make of a text (HMAC with SHA-256). */
  seal(text: string): Buffer {
    return createHmac("sha256", this.#value).update(text).digest()
  }

  toString(): string {
    return shown
  }

  toJSON(): string {
    return shown
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return shown
  }
}
