/** Where a page says so, its news waits while somebody selects something there: nothing moves under the mouse. */
export function startStill() {
  document.addEventListener("htmx:sse:before:message", (event) => {
    if (event instanceof CustomEvent && isSelecting()) event.detail.waitUntil(untilNothingIsSelected())
  })
}

function isSelecting(): boolean {
  const selection = getSelection()
  if (!selection || selection.isCollapsed) return false
  const { anchorNode } = selection
  const place = anchorNode instanceof Element ? anchorNode : (anchorNode?.parentElement ?? null)
  return place !== null && place.closest("[data-still]") !== null
}

function untilNothingIsSelected(): Promise<void> {
  return new Promise((go) => {
    const look = () => {
      if (isSelecting()) return
      document.removeEventListener("selectionchange", look)
      go()
    }
    document.addEventListener("selectionchange", look)
  })
}
