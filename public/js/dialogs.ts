import { home } from "./focus.ts"
import { htmx, onHtmx } from "./htmx.ts"
import { byId, isPlainClick, onClick } from "./page.ts"

/** Links that open in a dialog when they can, and elements that open, focus or dismiss others. */
export function startDialogs() {
  onClick("a[data-dialog]", (link, event) => {
    if (!isPlainClick(event) || !(link instanceof HTMLAnchorElement)) return
    event.preventDefault()
    if (isHere(link)) return
    openLink(link.href).catch(() => location.assign(link.href))
  })
  onClick("[data-open]", (button) => {
    closeCard(button)
    openDialog(byId(button.dataset["open"] ?? ""))
  })
  onClick("[data-focus]", (button) => {
    closeCard(button)
    const field = byId(button.dataset["focus"] ?? "")
    field?.focus()
    if (field instanceof HTMLInputElement) field.select()
  })
  document.addEventListener("toggle", focusFirstField, true)
  onClick("[data-dismiss]", (button) => {
    button.closest("[data-toast]")?.remove()
    home()
      .find((place) => place !== null)
      ?.focus({ preventScroll: true })
  })
  onClick("dialog", (dialog, event) => {
    if (event.target === dialog && dialog instanceof HTMLDialogElement && dialog.id !== "dialog") dialog.close()
  })
  onHtmx("after:swap", (context) => {
    // What is replaced keeps what was typed in it.
    const form = context?.sourceElement
    if (form instanceof HTMLFormElement && form.dataset["again"] !== undefined && context?.response?.status === 200)
      form.reset()
    if (context?.sourceElement.closest("dialog")) byId("dialog")?.querySelector<HTMLElement>("[aria-invalid]")?.focus()
    for (const toast of document.querySelectorAll(".toast.info:not([data-timed])")) {
      toast.setAttribute("data-timed", "")
      window.setTimeout(() => toast.remove(), 8_000)
    }
  })
}

/** What the dialog would hold may stand on the page already. */
function isHere({ dataset }: HTMLElement): boolean {
  const field = byId(dataset["here"] ?? "")?.querySelector<HTMLElement>(":not(dialog *) > form > [name=text]")
  if (!field) return false
  field.focus()
  return true
}

/** A card with a text in it is opened to change that text. */
function focusFirstField(event: Event) {
  if (!(event instanceof ToggleEvent) || event.newState !== "open" || !(event.target instanceof HTMLElement)) return
  event.target.querySelector("textarea")?.focus()
}

const closeCard = (button: HTMLElement) => button.closest<HTMLElement>("[popover]")?.hidePopover()

export function openDialog(dialog: HTMLElement | null) {
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal()
}

async function openLink(href: string) {
  const dialog = byId("dialog")
  if (!(dialog instanceof HTMLDialogElement)) return location.assign(href)
  dialog.replaceChildren()
  await htmx.ajax("GET", href, { target: "#dialog", swap: "innerHTML" })
  const title = dialog.querySelector<HTMLElement>("[data-dialog-title]")?.dataset["dialogTitle"]
  if (title === undefined) return location.assign(href)
  dialog.setAttribute("aria-labelledby", title)
  openDialog(dialog)
}
