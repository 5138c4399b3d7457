import { openDialog } from "./dialogs.ts"
import { byId, isWriting } from "./page.ts"

/** Two presses of Esc within this time stop the agent, milliseconds. */
const twice = 1_000

export function startKeys() {
  let before = ""
  let escaped = -twice
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "Escape") {
      if (document.querySelector("dialog[open], :popover-open")) return
      if (event.timeStamp - escaped < twice) stop()
      escaped = event.timeStamp
      return
    }
    if (isWriting(event.target) || document.querySelector("dialog[open]")) return
    const keys = before === "g" ? `g${event.key}` : event.key
    before = event.key
    if (press(keys)) event.preventDefault()
  })
  document.addEventListener("keydown", openPalette)
  document.addEventListener("keydown", submitByKeys)
  document.addEventListener("keydown", editTitle)
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches("[data-title]"))
      event.target.form?.requestSubmit()
  })
}

const isPalette = ({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent) =>
  key.toLowerCase() === "k" && (ctrlKey || metaKey) && !shiftKey && !altKey

/** There the keys mean what they mean in a shell. */
const isTerminal = (target: EventTarget | null) => target instanceof Element && target.closest(".xterm") !== null

/** From anywhere, also out of a text; an open dialog is what a person is busy with. */
function openPalette(event: KeyboardEvent) {
  if (!isPalette(event) || isTerminal(event.target)) return
  if (document.querySelector("dialog[open]")) return event.preventDefault()
  if (follow(document.querySelector("[data-palette]"))) event.preventDefault()
}

function press(keys: string): boolean {
  switch (keys) {
    case "j":
      return step(1)
    case "k":
      return step(-1)
    case "e":
      return archive()
    case "?":
      openDialog(byId("shortcuts"))
      return true
    case "gl":
      return follow(document.querySelector(".sections a"))
    case "gc":
      return follow(document.querySelector("[data-section=context]"))
    default:
      return keys.length === 1 && follow(document.querySelector(`[data-shortcut="${CSS.escape(keys)}"]`))
  }
}

function follow(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false
  if (isWriting(element)) element.focus()
  else element.click()
  return true
}

/** Up and down through the rows of a list. */
function step(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>(".row-title")]
  const at = rows.findIndex((row) => row === document.activeElement)
  const wanted = at < 0 && by < 0 ? rows.length - 1 : at + by
  const next = rows[Math.min(rows.length - 1, Math.max(0, wanted))]
  next?.focus()
  return next !== undefined
}

function archive(): boolean {
  const button = document.activeElement?.closest(".row")?.querySelector<HTMLElement>("[data-archive]")
  button?.click()
  return button !== null && button !== undefined
}

function stop() {
  const button = document.querySelector<HTMLElement>("[data-stop]")
  if (button?.checkVisibility()) button.click()
}

/** A message that starts something is sent by Ctrl or Cmd with Enter from anywhere in its form, and by Enter alone. */
function submitByKeys(event: KeyboardEvent) {
  const { target } = event
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return
  if (!(target instanceof HTMLTextAreaElement) || target.form?.dataset["submitKeys"] === undefined) return
  if (event.shiftKey || (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey)) return
  event.preventDefault()
  target.form.requestSubmit()
}

/** Enter saves a title by leaving it for the message field, Esc takes the change back. */
function editTitle(event: KeyboardEvent) {
  const { target } = event
  if (!(target instanceof HTMLInputElement) || !target.matches("[data-title]") || event.isComposing) return
  if (event.key === "Escape") target.value = target.defaultValue
  if (event.key === "Enter") event.preventDefault()
  if (event.key !== "Enter" && event.key !== "Escape") return
  const next = byId("composer-text")
  if (next === null) target.blur()
  else next.focus({ preventScroll: true })
}
