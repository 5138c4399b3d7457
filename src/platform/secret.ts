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
