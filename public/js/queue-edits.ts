import { onHtmx, type HtmxContext } from "./htmx.ts"

interface Edit {
  field: HTMLTextAreaElement
  text: string
}

/**
 * What somebody writes into a waiting message must outlive the message's wait: when it begins, or when saving comes too
 * late, the words go where they can still be sent.
 */
export function startQueueEdits(giveBack: (text: string) => void, say: (what: "late" | "notSent") => void) {
  const saved = new Set<string>()
  let open: Edit[] = []
  onHtmx("before:swap", () => {
    open = fields()
      .filter((field) => field.value !== field.defaultValue && !saved.has(field.value))
      .map((field) => ({ field, text: field.value }))
  })
  onHtmx("after:swap", () => {
    const lost = open.filter(({ field, text }) => !field.isConnected || field.value !== text)
    open = []
    for (const { text } of lost) giveBack(text)
    if (lost.length > 0) say("late")
  })
  onHtmx("after:request", (context) => {
    const text = editOf(context)
    const status = context?.response?.status ?? 0
    if (text === undefined || status === 0) return
    if (status < 400) saved.add(text)
    else if (status !== 422) {
      forget(context)
      giveBack(text)
    }
  })
  onHtmx("error", (context) => {
    if (editOf(context) !== undefined) say("notSent")
  })
}

const fields = () => [...document.querySelectorAll<HTMLTextAreaElement>("#queue textarea")]

function editOf(context: HtmxContext | undefined): string | undefined {
  if (!context?.sourceElement.closest("#queue")) return undefined
  const text = context.request.body?.get("text")
  return typeof text === "string" ? text : undefined
}

/** It has been given back: its box is closed and holds what the message says. */
function forget(context: HtmxContext | undefined) {
  const field = context?.sourceElement.querySelector("textarea")
  if (field) field.value = field.defaultValue
  field?.closest<HTMLElement>("[popover]")?.hidePopover()
}
