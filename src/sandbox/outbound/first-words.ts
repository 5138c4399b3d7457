import { type Destination, parseDestination, canonicalHost } from "./rules.ts"

/** How a program spoke to the proxy: the answer must be of the same kind. */
export type Speech = "connect" | "plain" | "socks"

/** What the bytes so far mean. `say`: to be sent at once. */
export type Heard =
  | { kind: "more"; say?: Uint8Array }
  | { kind: "nonsense"; say?: Uint8Array }
  /** `first`: what its server must hear before everything that follows. */
  | { kind: "wanted"; say?: Uint8Array; by: Speech; to: Destination; first: Uint8Array; program: string }

const headLimit = 16 << 10
const none = new Uint8Array(0)
const latin = (text: string) => Buffer.from(text, "latin1")

/**
 * The beginning of one connection: a line with the name of the program as the guest found it (it may be empty), then
 * HTTP CONNECT, a plain HTTP request with a whole address, or SOCKS5. Everything in it is a claim from inside.
 */
export class FirstWords {
  #bytes: Buffer = Buffer.alloc(0)
  #program: string | undefined
  #greeted = false

  push(bytes: Uint8Array): Heard {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    if (this.#program === undefined && !this.#readProgram()) return this.#orTooLong({ kind: "more" })
    if (this.#bytes.length === 0) return { kind: "more" }
    return this.#orTooLong(this.#bytes[0] === 5 ? this.#socks() : this.#http())
  }

  #orTooLong(heard: Heard): Heard {
    const isLong = heard.kind === "more" && this.#bytes.length > headLimit
    return isLong ? { kind: "nonsense", say: httpAnswer(431, "The request's head is too long.") } : heard
  }

  #readProgram(): boolean {
    const end = this.#bytes.indexOf(10)
    if (end < 0) return false
    this.#program = this.#bytes
      .subarray(0, end)
      .toString("utf8")
      .replace(/[^\w.+-]/g, "")
      .slice(0, 40)
    this.#bytes = this.#bytes.subarray(end + 1)
    return true
  }

  #wanted(by: Speech, to: Destination | undefined, first: Uint8Array): Heard {
    const say = by === "socks" ? socksAnswer("failed") : httpAnswer(400, "This is not a host and a port.")
    return to ? { kind: "wanted", by, to, first, program: this.#program ?? "" } : { kind: "nonsense", say }
  }

  /** RFC 1928, without authentication. */
  #socks(): Heard {
    const bytes = this.#bytes
    if (!this.#greeted) {
      const methods = bytes[1]
      if (methods === undefined || bytes.length < 2 + methods) return { kind: "more" }
      if (!bytes.subarray(2, 2 + methods).includes(0)) return { kind: "nonsense", say: new Uint8Array([5, 0xff]) }
      this.#greeted = true
      this.#bytes = bytes.subarray(2 + methods)
      const after: Heard = this.#bytes.length > 0 ? this.#socks() : { kind: "more" }
      // The greeting is answered first, also when the request came with it.
      return { ...after, say: Buffer.concat([latin("\x05\x00"), after.say ?? none]) }
    }
    return this.#socksRequest(bytes)
  }

  #socksRequest(bytes: Buffer): Heard {
    if (bytes.length < 5) return { kind: "more" }
    const [version, command, , type, length = 0] = bytes
    if (version !== 5 || command !== 1) return { kind: "nonsense", say: socksAnswer("unknown") }
    const sizes: Record<number, [at: number, size: number]> = { 1: [4, 4], 3: [5, length], 4: [4, 16] }
    const [at, size] = sizes[type ?? 0] ?? [0, 0]
    if (at === 0) return { kind: "nonsense", say: socksAnswer("unknown") }
    if (bytes.length < at + size + 2) return { kind: "more" }
    const host = canonicalHost(socksHost(type ?? 0, bytes.subarray(at, at + size)))
    const port = bytes.readUInt16BE(at + size)
    return this.#wanted("socks", host && port > 0 ? { host, port } : undefined, bytes.subarray(at + size + 2))
  }

  #http(): Heard {
    const end = this.#bytes.indexOf("\r\n\r\n")
    if (end < 0) return { kind: "more" }
    const [line = "", ...headers] = this.#bytes.subarray(0, end).toString("latin1").split("\r\n")
    const rest = this.#bytes.subarray(end + 4)
    const [, method = "", target = ""] = /^([A-Z]{1,20}) (\S{1,8192}) HTTP\/1\.[01]$/.exec(line) ?? []
    if (method === "CONNECT") return this.#wanted("connect", parseDestination(target), rest)
    const whole = /^http:\/\/([^/?#@]+)([/?][^#]*)?$/i.exec(target)
    if (!whole || !headers.every((header) => /^[\w!#$%&'*+.^`|~-]+:[^\n\r\0]*$/.test(header)))
      return {
        kind: "nonsense",
        say: httpAnswer(400, "This is the proxy of a sandbox: ask it with CONNECT or a whole http address."),
      }
    const [, authority = "", path = "/"] = whole
    const head = [
      `${method} ${path.startsWith("?") ? `/${path}` : path} HTTP/1.1`,
      `Host: ${authority}`,
      // One request for each connection: the next one may want to go elsewhere.
      "Connection: close",
      ...headers.filter((header) => !hopByHop.test(header)),
    ]
    return this.#wanted(
      "plain",
      parseDestination(authority, 80),
      Buffer.concat([latin(`${head.join("\r\n")}\r\n\r\n`), rest]),
    )
  }
}

const hopByHop = /^(host|connection|keep-alive|proxy-[\w-]+|upgrade|te):/i

function socksHost(type: number, bytes: Buffer): string {
  if (type === 1) return bytes.join(".")
  if (type === 3) return bytes.toString("latin1")
  return `[${bytes.toString("hex").replace(/(....)(?=.)/g, "$1:")}]`
}

/** What became of a connection, in the words of its own protocol. */
export type Answer = "open" | "refused" | "unreachable"

export function answerTo(by: Speech, answer: Answer, sentence: string): Uint8Array {
  if (by === "socks") return socksAnswer(answer)
  if (answer === "open") return by === "connect" ? latin("HTTP/1.1 200 Connection established\r\n\r\n") : none
  return httpAnswer(answer === "refused" ? 403 : 502, sentence)
}

const socksCodes = { open: 0, failed: 1, refused: 2, unreachable: 4, unknown: 7 } as const
const socksAnswer = (answer: keyof typeof socksCodes) => new Uint8Array([5, socksCodes[answer], 0, 1, 0, 0, 0, 0, 0, 0])

const reasons = { 400: "Bad Request", 403: "Forbidden", 431: "Request Header Fields Too Large", 502: "Bad Gateway" }

function httpAnswer(status: keyof typeof reasons, sentence: string): Uint8Array {
  const body = Buffer.from(`loopat: ${sentence}\n`)
  const head = `HTTP/1.1 ${status} ${reasons[status]}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
  return Buffer.concat([latin(head), body])
}
