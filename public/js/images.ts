import { byId } from "./page.ts"

/** Images that are pasted or dropped go to the server at once; the message names them when it is sent. */
export function startImages(say: (sentence: string) => void): void {
  const take = (event: Event, list: FileList | undefined) => {
    const files = [...(list ?? [])]
    if (files.length === 0 || byId("composer-images") === null) return
    event.preventDefault()
    void sendAll(files, say)
  }
  document.addEventListener("paste", (event) => {
    if (isComposer(event.target)) take(event, event.clipboardData?.files)
  })
  document.addEventListener("dragover", (event) => {
    if (isHere() && event.dataTransfer?.types.includes("Files")) event.preventDefault()
  })
  document.addEventListener("drop", (event) => isHere() && take(event, event.dataTransfer?.files))
  document.addEventListener("change", (event) => {
    const { target } = event
    if (!(target instanceof HTMLInputElement) || target.closest("#composer-images") === null) return
    take(event, target.files ?? undefined)
    target.value = ""
  })
}

const isComposer = (target: EventTarget | null) => target instanceof Element && target.id === "composer-text"
const isHere = () => byId("composer-images") !== null
const place = () => byId("composer-images")
const chips = () => [...(place()?.querySelectorAll<HTMLElement>("[data-image]") ?? [])]

async function sendAll(files: File[], say: (sentence: string) => void): Promise<void> {
  for (const file of files) {
    const { most = "0", many = "" } = place()?.dataset ?? {}
    if (chips().length >= Number(most)) return say(many)
    say(await sendOne(file))
  }
}

/** The sentence that says why it was not taken; empty when it was. */
async function sendOne(file: File): Promise<string> {
  const { to = "", wrong = "", large = "", full = "", failed = "", sending = "" } = place()?.dataset ?? {}
  const chip = addChip(sending)
  try {
    const answer = await fetch(to, { method: "POST", body: file, headers: { accept: "application/json" } })
    if (answer.ok) {
      const { sha256 }: { sha256: string } = await answer.json()
      fill(chip, `${sha256} ${file.name}`)
      return ""
    }
    chip.remove()
    const sentences = new Map([
      [422, wrong],
      [413, large],
      [409, full],
    ])
    return sentences.get(answer.status) ?? failed
  } catch {
    chip.remove()
    return failed
  }
}

function addChip(text: string): HTMLElement {
  const chip = document.createElement("span")
  chip.className = "tag"
  chip.dataset["image"] = ""
  chip.textContent = text
  place()?.prepend(chip)
  return chip
}

function fill(chip: HTMLElement, value: string): void {
  const { remove = "" } = place()?.dataset ?? {}
  const name = value.slice(value.indexOf(" ") + 1)
  const field = document.createElement("input")
  field.type = "hidden"
  field.name = "attachment"
  field.value = value
  const button = document.createElement("button")
  button.type = "button"
  button.className = "button quiet small"
  button.textContent = "×"
  button.setAttribute("aria-label", `${remove} ${name}`)
  button.addEventListener("click", () => chip.remove())
  chip.replaceChildren(name, field, button)
}

/** Whether some would go with the message. */
export const hasImages = (): boolean => chips().some((chip) => chip.querySelector("input") !== null)

/** They have gone with the message. */
export function clearImages(): void {
  for (const chip of chips()) if (chip.querySelector("input")) chip.remove()
}

/** The message was not taken: what it named belongs to the next one. */
export function giveImagesBack(values: readonly FormDataEntryValue[]): void {
  for (const value of values) if (typeof value === "string") fill(addChip(""), value)
}
