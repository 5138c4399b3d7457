/** What the server tells; the same shapes as in the server's part. */
export type Told =
  | { kind: "attached"; run: string; from: number; total: number; modes: string; columns: number; rows: number }
  | { kind: "size"; columns: number; rows: number }
  | { kind: "exit"; code: number | null; signal: string | null }

export type Ending = "exit" | "gone" | "refused"

export interface Heard {
  told(message: Told): void
  bytes(bytes: Uint8Array): void
  /** The socket was lost; another is on its way. */
  lost(): void
  ended(how: Ending): void
}

export interface Connection {
  keys(bytes: Uint8Array<ArrayBuffer>): void
  say(message: object): void
}

const endings: Record<number, Ending> = { 4000: "exit", 4003: "refused", 4004: "gone" }
const firstPauseMs = 250
const longestPauseMs = 5_000
/** Longest that the server takes in one message. */
const longest = 60 << 10
/** Keys that nobody could take wait so long for the next socket; later they would come as a surprise. */
const keptForMs = 30_000
const mostKept = 500

/** A socket that is opened again whenever it is lost, from the place where the output had come to. */
export function connect(url: string, place: () => { run: string; from: number }, heard: Heard): Connection {
  let socket: WebSocket | undefined
  let pause = firstPauseMs
  /** The shell hears what is said: before that the server passes it over. */
  let attached = false
  const waiting = keysThatWait()

  function open(): void {
    const mine = new WebSocket(addressFor(url, place()))
    mine.binaryType = "arraybuffer"
    mine.addEventListener("message", ({ data }) => {
      pause = firstPauseMs
      if (data instanceof ArrayBuffer) heard.bytes(new Uint8Array(data))
      else told(JSON.parse(data) satisfies Told)
    })
    mine.addEventListener("close", ({ code }) => {
      attached = false
      const how = endings[code]
      if (how) return heard.ended(how)
      heard.lost()
      window.setTimeout(retry, pause)
      pause = Math.min(pause * 2, longestPauseMs)
    })
    socket = mine
  }

  function told(message: Told): void {
    const before = place().run
    heard.told(message)
    if (message.kind !== "attached") return
    attached = true
    const meant = waiting.take()
    if (before === "" || before === message.run) meant.forEach(keys)
  }

  /** A socket that is refused does not say why; the page's own address does. */
  function retry(): void {
    fetch(location.href, { method: "GET" }).then(
      ({ ok, redirected, status }) => {
        if ((ok && !redirected) || status >= 500) open()
        else heard.ended("refused")
      },
      () => window.setTimeout(retry, pause),
    )
  }

  function keys(bytes: Uint8Array<ArrayBuffer>): void {
    if (!attached) return waiting.add(bytes)
    for (let at = 0; at < bytes.length; at += longest) send(bytes.subarray(at, at + longest))
  }

  const send = (data: string | Uint8Array<ArrayBuffer>) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(data)
  }
  open()
  return { keys, say: (message) => send(JSON.stringify(message)) }
}

function addressFor(url: string, { run, from }: { run: string; from: number }): URL {
  const address = new URL(url, location.href)
  address.protocol = address.protocol.replace("http", "ws")
  address.search = new URLSearchParams({ run, from: String(from) }).toString()
  return address
}

/** Typed while nobody could take them. */
function keysThatWait() {
  let kept: { at: number; bytes: Uint8Array<ArrayBuffer> }[] = []
  return {
    add(bytes: Uint8Array<ArrayBuffer>): void {
      if (kept.length < mostKept) kept.push({ at: performance.now(), bytes })
    },
    take(): Uint8Array<ArrayBuffer>[] {
      const since = performance.now() - keptForMs
      const young = kept.filter(({ at }) => at > since).map(({ bytes }) => bytes)
      kept = []
      return young
    },
  }
}
