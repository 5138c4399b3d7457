import htmx from "htmx.org"

/** Extensions look for the global name. */
Object.assign(globalThis, { htmx })

/** What a person unfolded stays unfolded when the thing itself is replaced by a newer state. */
htmx.config.morphIgnore = [...htmx.config.morphIgnore, "open"]

/** A server that restarts is back within seconds: asking every few seconds is enough and never long. */
Object.assign(htmx.config, { sse: { reconnectDelay: 500, reconnectMaxDelay: 4_000 } })

export interface HtmxContext {
  sourceElement: Element
  request: { body: FormData | URLSearchParams | null; action: string }
  response?: { status: number }
}

/** Listens for one of htmx's own events, wherever on the page it happens. */
export function onHtmx(
  name: string,
  listener: (context: HtmxContext | undefined, detail: Record<string, unknown>) => void,
) {
  document.addEventListener(`htmx:${name}`, (event) => {
    if (!(event instanceof CustomEvent)) return
    const detail: Record<string, unknown> & { ctx?: HtmxContext } = event.detail ?? {}
    listener(detail.ctx, detail)
  })
}

export { htmx }
