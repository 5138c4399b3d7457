import { onHtmx } from "./htmx.ts"
import { byId } from "./page.ts"

/**
 * What htmx tells of its stream. Cancelling the reader makes it ask anew from the last number: after the network was
 * away nobody knows whether the old connection still lives. The canceller ends a wait between two tries.
 */
interface Connection {
  reader: ReadableStreamDefaultReader | null
  delayCanceller: (() => void) | null
}

type State = "live" | "resuming" | "offline"

/** Longer than this without a connection is called offline, milliseconds. */
const patience = 6_000
const gone = [401, 403, 404]

/** Keeps the status "Connection" true. Whoever lost the right to look is shown the page anew. */
export function startConnection() {
  const status = document.querySelector<HTMLElement>(".connection")
  if (status === null || byId("stream") === null) return
  let waiting: number | undefined
  const show = (state: State) => {
    status.dataset["connection"] = state
    document.body.dataset["link"] = state
    if (state === "resuming") waiting ??= window.setTimeout(() => show("offline"), patience)
    else {
      window.clearTimeout(waiting)
      waiting = undefined
    }
  }
  const lost = () => {
    if (status.dataset["connection"] !== "offline") show(navigator.onLine ? "resuming" : "offline")
  }
  let connection: Connection | undefined
  onHtmx("sse:after:connection", (_, detail) => {
    connection = detail["connection"] as Connection
    show("live")
  })
  onHtmx("sse:before:connection", lost)
  onHtmx("sse:close", lost)
  onHtmx("sse:error", (_, { status: code }) => {
    lost()
    if (typeof code === "number" && gone.includes(code)) location.reload()
  })
  onHtmx("error", (context) => context?.sourceElement.id === "stream" && lost())
  window.addEventListener("offline", () => show("offline"))
  window.addEventListener("online", () => {
    show("resuming")
    connection?.reader?.cancel().catch(() => undefined)
    connection?.delayCanceller?.()
  })
}
