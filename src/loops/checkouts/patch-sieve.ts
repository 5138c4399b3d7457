import { pathOf } from "../../lib/file-path.ts"
import { isSecretName, type Shape, shapeIn } from "../../repos/index.ts"

/** `name`: what files of this name usually hold; `stored`: a value of a vault. Else what a line looks like. */
export type SuspectWhat = "name" | "stored" | Shape

/** A file that looks as if nobody else should read it. */
export interface Suspect {
  path: string
  what: SuspectWhat
}

export interface Sifted {
  suspects: Suspect[]
  /** How many changes there were at all. */
  changes: number
}

/** Of text that is looked at in one go. */
const windowSize = 1 << 16

/**
 * Reads patches as git prints them with `--raw -z --patch`, piece by piece, and keeps the paths of which a new line looks
 * like a secret. What it reads was written by programs that nobody trusts: it believes nothing and remembers little.
 */
export class PatchSieve {
  readonly #known: readonly string[]
  readonly #longest: number
  readonly #found = new Map<string, SuspectWhat>()
  /** Files whose patch is still to come. */
  readonly #waiting: string[] = []
  #changes = 0
  #rest = ""
  #place: "records" | "patch" = "records"
  #path: string | undefined
  /** Whether the next character begins a line, and whether the line that is read is a new one. */
  #atBegin = true
  /** What a new line of the hunk begins with: a mark for each parent of a commit. Empty outside of one. */
  #marks = ""
  #isAdded = false
  #window = ""

  /** `known`: values that are looked for as they are. */
  constructor(known: readonly string[]) {
    this.#known = known.map((value) => Buffer.from(value).toString("latin1"))
    this.#longest = Math.max(0, ...this.#known.map(({ length }) => length))
  }

  push(piece: Uint8Array): void {
    const text = this.#rest + Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("latin1")
    let at = 0
    for (let next = this.#read(text, at); next !== undefined; next = this.#read(text, at)) at = next
    this.#rest = text.slice(at)
  }

  end(): Sifted {
    if (this.#rest !== "" && this.#place === "patch") this.#line(this.#rest, true)
    this.#lookThrough()
    return { suspects: [...this.#found].map(([path, what]) => ({ path, what })), changes: this.#changes }
  }

  /** Where the next thing begins; undefined when more must come first. */
  #read(text: string, at: number): number | undefined {
    if (at >= text.length) return undefined
    if (this.#place === "patch") return this.#readLine(text, at)
    if (text[at] === "\0") return at + 1
    if (text[at] !== ":") {
      this.#place = "patch"
      return at
    }
    const first = text.indexOf("\0", at)
    const second = first === -1 ? -1 : text.indexOf("\0", first + 1)
    if (second === -1) return undefined
    this.#record(text[text.lastIndexOf(" ", first) + 1] ?? "", text.slice(first + 1, second))
    return second + 1
  }

  #record(status: string, bytes: string): void {
    const path = pathOf(Buffer.from(bytes, "latin1"))
    this.#changes += 1
    // What has become another kind of file has two patches: it goes, and comes.
    this.#waiting.push(...(status === "T" ? [path, path] : [path]))
    if (status !== "D" && isSecretName(path)) this.#note(path, "name")
  }

  #readLine(text: string, at: number): number | undefined {
    if (this.#atBegin && text[at] === ":") {
      this.#lookThrough()
      this.#place = "records"
      this.#marks = ""
      return at
    }
    const end = text.indexOf("\n", at)
    if (end === -1 && text.length - at < windowSize) return undefined
    this.#line(text.slice(at, end === -1 ? text.length : end), end !== -1)
    return end === -1 ? text.length : end + 1
  }

  /** `isWhole`: it ends here; a very long line comes in pieces. */
  #line(line: string, isWhole: boolean): void {
    if (this.#atBegin) {
      if (/^diff --(?:git|combined) /.test(line)) this.#nextFile()
      const [, parents] = /^@(@+) /.exec(line) ?? []
      if (parents !== undefined) this.#marks = "+".repeat(parents.length)
      this.#isAdded = this.#marks !== "" && line.startsWith(this.#marks)
    }
    if (this.#isAdded) this.#added(this.#atBegin ? line.slice(this.#marks.length) : line, isWhole)
    this.#atBegin = isWhole
  }

  #nextFile(): void {
    this.#lookThrough()
    this.#path = this.#waiting.shift()
    this.#marks = ""
  }

  #added(text: string, isWhole: boolean): void {
    const shape = shapeIn(text)
    if (shape !== undefined && this.#path !== undefined) this.#note(this.#path, shape)
    if (this.#known.length === 0) return
    this.#window += isWhole ? `${text}\n` : text
    if (this.#window.length < windowSize + this.#longest) return
    const tail = this.#window.slice(-this.#longest)
    this.#lookThrough()
    this.#window = tail
  }

  /** Values may have several lines, so that they are looked for in many at once. */
  #lookThrough(): void {
    const window = this.#window
    this.#window = ""
    if (this.#path !== undefined && this.#known.some((value) => window.includes(value)))
      this.#note(this.#path, "stored")
  }

  /** The most certain is kept. */
  #note(path: string, what: SuspectWhat): void {
    const before = this.#found.get(path)
    if (before === undefined || before === "name" || what === "stored") this.#found.set(path, what)
  }
}
