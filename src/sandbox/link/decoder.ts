import { type FrameType, isFrameType, limits } from "./protocol.ts"

/** The peer said something that the protocol does not have; its connection ends. */
export class ProtocolBroken extends Error {
  override readonly name = "ProtocolBroken"
}

const headLength = 5

export function head(type: FrameType, length: number): Uint8Array {
  const bytes = new Uint8Array(headLength)
  bytes[0] = type
  new DataView(bytes.buffer).setUint32(1, length)
  return bytes
}

export function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

/**
 * Cuts bytes into frames. The claimed length is checked before anything is kept, memory grows only with what really
 * arrived, and every byte is copied at most a few times however small the pieces are.
 */
export class Decoder {
  #head = new Uint8Array(headLength)
  #headFilled = 0
  #body = new Uint8Array(0)
  #bodyFilled = 0

  /** `maxFrame` may be raised once the peer is known. */
  constructor(public maxFrame: number = limits.frame) {}

  push(bytes: Uint8Array, take: (type: FrameType, payload: Uint8Array) => void): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#headFilled < headLength) {
        at += this.#fillHead(bytes, at)
        if (this.#headFilled < headLength) return
      }
      const { type, length } = this.#readHead()
      const whole = this.#bodyFilled === 0 && bytes.length - at >= length
      if (whole) {
        const payload = bytes.slice(at, at + length)
        at += length
        this.#headFilled = 0
        take(type, payload)
        continue
      }
      at += this.#fillBody(bytes, at, length)
      if (this.#bodyFilled === length) {
        const payload = this.#body.subarray(0, length)
        this.#body = new Uint8Array(0)
        this.#bodyFilled = this.#headFilled = 0
        take(type, payload)
      }
    }
    // A frame without payload is complete with its head.
    if (this.#headFilled === headLength && this.#bodyFilled === 0) {
      const { type, length } = this.#readHead()
      if (length > 0) return
      this.#headFilled = 0
      take(type, new Uint8Array(0))
    }
  }

  #fillHead(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + headLength - this.#headFilled)
    this.#head.set(part, this.#headFilled)
    this.#headFilled += part.length
    return part.length
  }

  #readHead(): { type: FrameType; length: number } {
    const type = this.#head[0] ?? 0
    const length = new DataView(this.#head.buffer).getUint32(1)
    if (!isFrameType(type)) throw new ProtocolBroken(`unknown frame type ${type}`)
    if (length > this.maxFrame) throw new ProtocolBroken(`frame of ${length} bytes`)
    return { type, length }
  }

  #fillBody(bytes: Uint8Array, at: number, length: number): number {
    const part = bytes.subarray(at, at + length - this.#bodyFilled)
    const needed = this.#bodyFilled + part.length
    if (needed > this.#body.length) {
      const grown = new Uint8Array(Math.min(length, Math.max(needed, this.#body.length * 2, 4_096)))
      grown.set(this.#body.subarray(0, this.#bodyFilled))
      this.#body = grown
    }
    this.#body.set(part, this.#bodyFilled)
    this.#bodyFilled = needed
    return part.length
  }
}
