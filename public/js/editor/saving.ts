import type { Text } from "@codemirror/state"
import type { EditorView } from "@codemirror/view"
import { oneAtATime } from "../../../src/lib/one-at-a-time.ts"

interface Desk {
  form: HTMLFormElement
  view: EditorView
  /** What was read, or last saved: a save on top of anything else is refused. */
  version: HTMLInputElement
  say(what: "unsaved" | "saving" | "failed" | "nothing"): void
  tell(sentence: string): void
}

/** Saves by key and button without leaving the text, says what is not saved, and asks before it is left. */
export function startSaving(form: HTMLFormElement, view: EditorView): void {
  const version = form.querySelector<HTMLInputElement>("input[name=version]")
  const line = form.querySelector<HTMLElement>("[data-save-state]")
  if (!version || !line) return
  const tell = (sentence: string) => {
    line.textContent = sentence
  }
  const desk: Desk = { form, view, version, tell, say: (what) => tell(line.dataset[what] ?? "") }
  let kept = view.state.doc
  let leaves = false
  const isDirty = () => !view.state.doc.eq(kept)
  const news = followNews(version)
  const save = oneAtATime(async () => {
    news.wait()
    const saved = await send(desk)
    if (saved) {
      kept = saved
      form.dispatchEvent(new Event("loopat:saved"))
    }
    news.look()
    if (saved && isDirty()) desk.say("unsaved")
  })

  form.addEventListener("input", () => desk.say(isDirty() ? "unsaved" : "nothing"))
  form.addEventListener("submit", (event) => {
    const compares = /^(merge|join)$/.test(event.submitter?.getAttribute("name") ?? "")
    leaves = compares || form.dataset["stays"] === undefined
    if (leaves) return
    event.preventDefault()
    void save()
  })
  form.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return
    event.preventDefault()
    form.requestSubmit()
  })
  window.addEventListener("beforeunload", (event) => {
    if (!leaves && isDirty()) event.preventDefault()
  })
}

/** The text that is in the file now; undefined when it is not, and the line says why. */
async function send({ form, view, version, say, tell }: Desk): Promise<Text | undefined> {
  const { doc } = view.state
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value)
  say("saving")
  const answer = await ask(form.action, body).catch((): Answer => ({ kind: "refused", why: undefined }))
  switch (answer.kind) {
    case "conflict":
      // Somebody was quicker: the page that shows both texts.
      form.removeAttribute("data-stays")
      form.requestSubmit()
      return undefined
    case "refused":
      if (answer.why) tell(answer.why)
      else say("failed")
      return undefined
    case "saved":
      version.value = answer.version
      tell(answer.sentence)
      return doc
  }
}

type Answer =
  | { kind: "conflict" }
  | { kind: "refused"; why: string | undefined }
  | { kind: "saved"; version: string; sentence: string }

/** The whole answer: one that breaks off is none. */
async function ask(url: string, body: URLSearchParams): Promise<Answer> {
  const answer = await fetch(url, { method: "POST", body, headers: { "hx-request": "true" } })
  if (answer.status === 409) return { kind: "conflict" }
  const said = document.createElement("template")
  said.innerHTML = await answer.text()
  const saved = said.content.querySelector<HTMLElement>("[data-version]")
  if (answer.ok && saved) return { kind: "saved", version: saved.dataset["version"] ?? "", sentence: saved.textContent }
  return { kind: "refused", why: said.content.querySelector("[data-said]")?.textContent ?? undefined }
}

/** Word of a change from elsewhere; the person's own save is none, whichever of the two arrives first. */
function followNews(version: HTMLInputElement) {
  let waits = false
  const look = () => {
    const news = document.querySelector<HTMLElement>("[data-version]:is(#file-news, #context-news)")
    if (news) news.hidden = waits || news.dataset["version"] === version.value
  }
  document.addEventListener("htmx:after:swap", look)
  return {
    wait() {
      waits = true
    },
    look() {
      waits = false
      look()
    },
  }
}
