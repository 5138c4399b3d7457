import type { EditorView } from "@codemirror/view"

/** How often what was typed is kept on the server, milliseconds. */
const everyMs = 5_000

/** Keeps what is not saved yet as a draft, where the form says where. */
export function startDrafts(form: HTMLFormElement, view: EditorView): void {
  const place = form.querySelector<HTMLElement>("[data-draft]")
  const url = place?.dataset["draft"]
  if (url === undefined) return
  const line = form.querySelector<HTMLElement>("[data-save-state]")
  let kept = view.state.doc
  form.addEventListener("loopat:saved", () => {
    kept = view.state.doc
  })
  window.setInterval(() => {
    const { doc } = view.state
    if (doc.eq(kept)) return
    void keep(form, url).then((done) => {
      if (!done) return
      kept = doc
      if (line) line.textContent = place?.dataset["kept"] ?? ""
    })
  }, everyMs)
}

async function keep(form: HTMLFormElement, url: string): Promise<boolean> {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value)
  try {
    return (await fetch(url, { method: "POST", body, headers: { "hx-request": "true" } })).ok
  } catch (error) {
    // Offline: the next time tries again.
    if (error instanceof TypeError) return false
    throw error
  }
}
