import { onHtmx } from "./htmx.ts"
import { byId } from "./page.ts"

/** The tab says where you are and how many loops wait, also after either changed. */
export function startTitle() {
  const [, page = "", workspace = ""] = /^(?:\(\d+\) )?(.*)( · [^·]*)$/s.exec(document.title) ?? []
  const loop = loopTitle()
  const place = loop !== undefined && page.endsWith(loop) ? page.slice(0, -loop.length) : ""
  onHtmx("after:swap", () => {
    const waiting = Number(byId("needs-you")?.dataset["count"] ?? 0)
    const now = loopTitle()
    const title = `${waiting > 0 ? `(${waiting}) ` : ""}${now === undefined ? page : place + now}${workspace}`
    if (title !== document.title) document.title = title
  })
}

function loopTitle(): string | undefined {
  const shown = byId("loop-title")
  return (shown?.querySelector("h1") ?? shown)?.textContent ?? undefined
}
