/** A terminal as its browser holds it: a socket that is told what was shown. */
import { urls } from "../../lib/urls.ts"
import type { Working } from "./working.ts"

export type Screen = Awaited<ReturnType<typeof openTerminal>>

/** Opens a terminal and waits for its prompt. */
export async function openTerminal({ server }: Working, loop: string) {
  const { visitor } = server
  const made = await visitor.post(urls.terminals(loop), {})
  const id = new URL(made.headers.get("location") ?? "", server.url).searchParams.get("tab")
  if (!id) throw new Error(`no terminal: ${made.status}`)
  const headers = { cookie: visitor.cookies(), origin: server.url, "sec-fetch-site": "same-origin" }
  const address = server.url.replace("http", "ws") + urls.terminalSocket(loop, id)
  // The runtime takes headers, which the types of browsers do not know.
  const socket = new WebSocket(address, { headers } as unknown as string[])
  socket.binaryType = "arraybuffer"
  let [frames, bytes, owed, tail] = [0, 0, 0, ""]
  let seen: (() => void) | undefined
  const screen = {
    socket,
    acknowledges: true,
    frames: () => frames,
    bytes: () => bytes,
    acknowledge() {
      if (owed > 0) socket.send(JSON.stringify({ kind: "ack", bytes: owed }))
      owed = 0
    },
    async shown(text: string) {
      while (!tail.includes(text)) await new Promise<void>((done) => (seen = done))
      tail = ""
    },
    /** Milliseconds until it stands there. */
    async type(text: string, echo: string) {
      tail = ""
      const begun = performance.now()
      socket.send(new TextEncoder().encode(text))
      await screen.shown(echo)
      return performance.now() - begun
    },
  }
  const attached = new Promise<void>((done) =>
    socket.addEventListener("message", ({ data }: { data: unknown }) => {
      if (!(data instanceof ArrayBuffer)) return done()
      frames++
      bytes += data.byteLength
      owed += data.byteLength
      tail = (tail + Buffer.from(data).toString("latin1")).slice(-4_096)
      if (screen.acknowledges) screen.acknowledge()
      seen?.()
    }),
  )
  await attached
  await screen.shown("$")
  return screen
}
