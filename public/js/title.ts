import { onHtmx } from "./htmx.ts"
import { byId } from "./page.ts"

/** The tab says where you are and how many loops wait, also after either changed. */
export function startTitle() {
  const [, page = "", workspace = ""] = /^(?:\(\d+\) )?(.*)( · [^·]*)$/s.exec(document.title) ?? []
  onHtmx("after:swap", () => {
    const waiting = Number(byId("needs-you")?.dataset["count"] ?? 0)
    const name = byId("loop-title")?.querySelector("h1")?.textContent ?? byId("loop-title")?.textContent ?? page
    const title = `${waiting > 0 ? `(${waiting}) ` : ""}${name}${workspace}`
    if (title !== document.title) document.title = title
  })
}
