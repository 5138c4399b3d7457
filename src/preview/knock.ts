import type { HeaderList } from "../platform/http1/head.ts"

/** One request to a preview's host name, as it came. */
export interface Knock {
  method: string
  /** Path and query, unchanged. */
  target: string
  headers: HeaderList
  host: string | undefined
  /** The browser's address, as far as it can be believed. */
  address: string
  body: ReadableStream<Uint8Array> | undefined
  /** Aborts when the browser hung up. */
  gone: AbortSignal
}

/** The first value of a header, by its name in small letters. */
export const headerOf = ({ headers }: Pick<Knock, "headers">, name: string): string | undefined =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1]

/** Where our own pages below a preview's host lie; nothing of the program inside does. */
export const ownPaths = {
  all: "/__loopat/",
  enter: "/__loopat/enter",
  link: "/__loopat/s/",
  style: "/__loopat/style.css",
} as const
