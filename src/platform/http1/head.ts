import { BadHttp, type ByteReader } from "./byte-reader.ts"

/** In the order and the spelling in which they came; values as Latin-1 text. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

export interface AnswerHead {
  minor: 0 | 1
  status: number
  headers: HeaderList
}

const longestHead = 64 * 1024
const mostHeaders = 200
const mostInterim = 8

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*$/

/**
 * The head of an answer by the grammar of RFC 9112 and no wider: lines end in CR LF, nothing is folded, a name is a token
 * and right before its colon. Interim answers (1xx) are passed over; 101 is an answer.
 */
export async function readAnswerHead(reader: ByteReader): Promise<AnswerHead> {
  for (let interim = 0; interim < mostInterim; interim++) {
    const head = parseAnswerHead((await reader.past("\r\n\r\n", longestHead)).toString("latin1").slice(0, -4))
    if (head.status >= 200 || head.status === 101) return head
  }
  throw new BadHttp("interim answers without end")
}

function parseAnswerHead(text: string): AnswerHead {
  const [first = "", ...lines] = text.split("\r\n")
  const started = statusLine.exec(first)
  if (!started) throw new BadHttp("no status line")
  return { minor: started[1] === "0" ? 0 : 1, status: Number(started[2]), headers: parseHeaderLines(lines) }
}

/** Lines without their ends. Throws BadHttp for one that is no header. */
export function parseHeaderLines(lines: readonly string[]): HeaderList {
  if (lines.length > mostHeaders) throw new BadHttp(`more than ${mostHeaders} headers`)
  return lines.map((line) => {
    const [, name, value] = headerLine.exec(line) ?? []
    if (name === undefined || value === undefined) throw new BadHttp("a line that is no header")
    return [name, value] as const
  })
}

/** All values of a header, by its name in small letters. */
export const valuesOf = (headers: HeaderList, name: string): string[] =>
  headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value)

/** A head as bytes. Throws when something in it could end a line: whoever builds a head must have parsed its parts. */
export function headBytes(first: string, headers: HeaderList): Buffer {
  const lines = [first, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const broken = lines.find((line) => !/^[\t\x20-\x7e\x80-\xff]+$/.test(line))
  if (broken !== undefined) throw new Error("a head with a line that is none")
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1")
}
