import { onHtmx } from "./htmx.ts"
import { byId } from "./page.ts"

/**
 * The focus is never lost to the top of the page: what goes away while it has the focus hands it to the next row of its
 * list, to the message field, or to the page's content.
 */
export function startFocus() {
  let last: { element: Element; heirs: (HTMLElement | null)[] } | undefined
  const note = (element: Element | null) => {
    if (element === null || element === document.body) return
    last = { element, heirs: [...neighbours(element), ...home()] }
  }
  window.addEventListener("load", () => requestAnimationFrame(takeFirstFocusOnce))
  onHtmx("before:swap", () => note(document.activeElement))
  onHtmx("after:swap", () => last && handOn(last))
}

/** What the page gave the focus to as it opened does not get it again whenever something around it is replaced. */
function takeFirstFocusOnce() {
  for (const element of document.querySelectorAll("[autofocus]")) element.removeAttribute("autofocus")
}

/** Where the focus goes when what had it leaves nothing beside it. */
export const home = () => [byId("composer-text"), byId("content")]

function handOn({ element, heirs }: { element: Element; heirs: (HTMLElement | null)[] }) {
  if (element.isConnected || document.activeElement !== document.body) return
  heirs.find((heir) => heir?.isConnected)?.focus({ preventScroll: true })
}

/** The titles below and above, for the row of a list. */
function neighbours(element: Element): HTMLElement[] {
  const row = element.closest(".row")
  if (row === null) return []
  const rows = [...document.querySelectorAll(".row")]
  const at = rows.indexOf(row)
  return [rows[at + 1], rows[at - 1]].flatMap((near) => near?.querySelector<HTMLElement>(".row-title") ?? [])
}
