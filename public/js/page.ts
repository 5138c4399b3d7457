/** Small questions that every part asks of the page. */
export const byId = (id: string) => document.getElementById(id)

/** Runs for clicks on what matches, now and later on the page. */
export function onClick(selector: string, listener: (element: HTMLElement, event: MouseEvent) => void) {
  document.addEventListener("click", (event) => {
    const found = event.target instanceof Element ? event.target.closest(selector) : null
    if (found instanceof HTMLElement) listener(found, event)
  })
}

export const isPlainClick = (event: MouseEvent) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey

export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
}
