/** Arrow keys in the list of documents that a name finds; Enter opens the first. */
export function startSwitcher() {
  document.addEventListener("keydown", (event) => {
    const list = document.querySelector(".switch-hits")
    const field = list?.parentElement?.querySelector("input")
    if (!list || !field || event.isComposing) return
    const hits = [...list.querySelectorAll("a")]
    const at = hits.findIndex((hit) => hit === event.target)
    if (event.target !== field && at < 0) return
    if (move(event.key, { hits, field, at })) event.preventDefault()
  })
}

interface Switching {
  hits: HTMLElement[]
  field: HTMLElement
  /** Which of the hits has the focus; -1: the field has it. */
  at: number
}

function move(key: string, { hits, field, at }: Switching): boolean {
  if (key === "ArrowDown") hits[at + 1]?.focus()
  else if (key === "ArrowUp") (hits[at - 1] ?? field).focus()
  else if (key === "Enter" && at < 0) hits[0]?.click()
  else return false
  return true
}
