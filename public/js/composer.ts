import { onHtmx, type HtmxContext } from "./htmx.ts"
import { clearImages, giveImagesBack, hasImages, startImages } from "./images.ts"
import { byId } from "./page.ts"
import { addPending, dropArrived, dropPending } from "./pending.ts"
import { startQueueEdits } from "./queue-edits.ts"

/** What was written in a loop and not yet sent outlives the tab. */
const draftKey = (loop: string) => `loopat:draft:${loop}`
const isForm = (context: HtmxContext | undefined) => context?.sourceElement.id === "composer-form"

/** Whether Enter breaks the line: on screens that are touched. */
const touched = matchMedia("(pointer: coarse)")

export function startComposer() {
  restoreDraft()
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement && event.target.id === "composer-text") written(event.target)
  })
  document.addEventListener("keydown", keyPressed)
  onHtmx("config:request", (context) => isForm(context) && sending(context))
  onHtmx("after:request", (context) => isForm(context) && (context?.response?.status ?? 0) >= 400 && refused(context))
  onHtmx("error", (context) => isForm(context) && unreachable(context))
  onHtmx("after:swap", dropArrived)
  followMode()
  startImages(say)
  startQueueEdits(giveBack, (what) => say(composer()?.[what] ?? ""))
}

/** A choice made by hand outweighs the page's own for the browser: what the server says is chosen anew. */
function followMode() {
  const field = () => {
    const mode = byId("composer-mode")
    return mode instanceof HTMLSelectElement ? mode : undefined
  }
  let known = field()?.dataset["chosen"]
  const follow = () => {
    const mode = field()
    known = mode?.dataset["chosen"]
    if (mode && known !== undefined) mode.value = known
  }
  onHtmx("after:swap", () => field()?.dataset["chosen"] !== known && follow())
  onHtmx("after:request", (context) => (context?.response?.status ?? 0) >= 400 && follow())
  onHtmx("error", follow)
}

function composer() {
  const text = byId("composer-text")
  const desk = byId("composer")
  if (!(text instanceof HTMLTextAreaElement) || desk === null) return undefined
  const { loop = "", notSent = "", late = "" } = desk.dataset
  return { text, loop, notSent, late }
}

/** Behind what is written there already, from wherever on the loop's pages. */
export function addToDraft(loop: string, words: string) {
  const before = localStorage.getItem(draftKey(loop)) ?? ""
  localStorage.setItem(draftKey(loop), `${before}${/\S$/.test(before) ? " " : ""}${words} `)
}

function restoreDraft() {
  const found = composer()
  if (found && found.text.value === "") found.text.value = localStorage.getItem(draftKey(found.loop)) ?? ""
  if (found) grow(found.text)
  if (found) look(found.text)
  // The page may want the focus elsewhere and not have given it there yet.
  const wanted = document.activeElement !== document.body || document.querySelector("[autofocus]") !== null
  if (found && !touched.matches && !wanted) found.text.focus({ preventScroll: true })
}

function written(text: HTMLTextAreaElement) {
  const loop = composer()?.loop ?? ""
  if (text.value === "") localStorage.removeItem(draftKey(loop))
  else localStorage.setItem(draftKey(loop), text.value)
  grow(text)
  look(text)
  say("")
}

/** A text that begins like a command looks like one, and may be kept from the agent. */
function look(text: HTMLTextAreaElement) {
  byId("composer")?.classList.toggle("is-command", text.value.trimStart().startsWith("!"))
}

/** Browsers that cannot size a field by its content yet. */
function grow(text: HTMLTextAreaElement) {
  if (CSS.supports("field-sizing", "content")) return
  text.style.height = "auto"
  text.style.height = `${text.scrollHeight}px`
}

function say(sentence: string) {
  const place = byId("composer-error")
  if (place === null) return
  place.textContent = sentence
  place.hidden = sentence === ""
}

/** The message leaves the field at once; it stands in the conversation as pending until it comes back as accepted. */
function sending(context: HtmxContext | undefined) {
  const found = composer()
  const body = context?.request.body
  if (!found || !body) return
  const clientId = body.get("clientId")
  if (typeof clientId !== "string") return
  addPending(clientId, found.text.value)
  put(found.text, "")
  clearImages()
  const next = document.querySelector<HTMLInputElement>("#composer-form [name=clientId]")
  if (next) next.value = newClientId()
  byId("scroller")?.scrollTo({ top: 0 })
}

/** Every message has an id of its own, so that sending it twice is sending it once. */
function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** The server said why: its sentence is already on the page. */
const refused = (context: HtmxContext | undefined) => takeBack(context)

function unreachable(context: HtmxContext | undefined) {
  takeBack(context)
  say(composer()?.notSent ?? "")
}

/** Gives the words back, under the same id: had they arrived after all, sending them again changes nothing. */
function takeBack(context: HtmxContext | undefined) {
  const found = composer()
  const body = context?.request.body
  const clientId = body?.get("clientId")
  const text = body?.get("text")
  if (!found || typeof clientId !== "string" || typeof text !== "string") return
  dropPending(clientId)
  giveImagesBack(body?.getAll("attachment") ?? [])
  const isAlone = found.text.value === ""
  giveBack(text)
  if (!isAlone) return
  const field = document.querySelector<HTMLInputElement>("#composer-form [name=clientId]")
  if (field) field.value = clientId
}

/** Words that could not go where they were meant to, in front of what has been written since. */
function giveBack(text: string) {
  const found = composer()
  if (!found || text.trim() === "") return
  const sentence = byId("composer-error")?.textContent ?? ""
  put(found.text, found.text.value === "" ? text : `${text}\n\n${found.text.value}`)
  say(sentence)
}

function put(text: HTMLTextAreaElement, value: string) {
  text.value = value
  written(text)
}

let recalled = -1

function keyPressed(event: KeyboardEvent) {
  const { target } = event
  if (!(target instanceof HTMLTextAreaElement) || target.id !== "composer-text") return
  if (event.isComposing || event.keyCode === 229) return
  if (event.key === "Enter" && sends(event)) {
    event.preventDefault()
    if (target.value.trim() !== "" || hasImages()) target.form?.requestSubmit()
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    recall(event, target)
  } else recalled = -1
}

const sends = (event: KeyboardEvent) => event.ctrlKey || event.metaKey || (!event.shiftKey && !touched.matches)

/** Goes through one's own earlier messages, starting only from an empty field. */
function recall(event: KeyboardEvent, text: HTMLTextAreaElement) {
  if (recalled < 0 && (event.key === "ArrowDown" || text.value !== "")) return
  const own = [
    ...document.querySelectorAll<HTMLElement>("#conversation :is([data-author=user] .said-text, [data-typed])"),
  ].reverse()
  const next = recalled + (event.key === "ArrowUp" ? 1 : -1)
  if (next >= own.length) return
  event.preventDefault()
  recalled = next
  const found = own[next]
  put(text, next < 0 ? "" : (found?.dataset["typed"] ?? found?.textContent ?? ""))
}
