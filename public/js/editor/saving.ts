import type { Text } from "@codemirror/state"
import type { EditorView } from "@codemirror/view"

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
    if (saved) kept = saved
    news.look()
    if (saved && isDirty()) desk.say("unsaved")
  })

  form.addEventListener("input", () => desk.say(isDirty() ? "unsaved" : "nothing"))
  form.addEventListener("submit", (event) => {
    const compares = event.submitter?.getAttribute("name") === "merge"
    leaves = compares || form.dataset["stays"] === undefined
    if (leaves) return
    event.preventDefault()
    save()
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

/** What is asked for meanwhile is done once, afterwards. */
function oneAtATime(work: () => Promise<void>): () => void {
  let runs = false
  let again = false
  const run = async () => {
    runs = true
    do {
      again = false
      await work()
    } while (again)
    runs = false
  }
  return () => {
    if (runs) again = true
    else void run()
  }
}

/** The text that is in the file now; undefined when it is not, and the line says why. */
async function send({ form, view, version, say, tell }: Desk): Promise<Text | undefined> {
  const { doc } = view.state
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value)
  say("saving")
  const answer = await fetch(form.action, { method: "POST", body, headers: { "hx-request": "true" } }).catch(() => null)
  // Somebody was quicker: the page that shows both texts.
  if (answer?.status === 409) {
    form.removeAttribute("data-stays")
    form.requestSubmit()
    return undefined
  }
  const said = document.createElement("template")
  said.innerHTML = answer === null ? "" : await answer.text()
  const saved = said.content.querySelector<HTMLElement>("[data-version]")
  if (!answer?.ok || !saved) {
    const why = said.content.querySelector("[data-said]")?.textContent
    if (why) tell(why)
    else say("failed")
    return undefined
  }
  version.value = saved.dataset["version"] ?? ""
  tell(saved.textContent)
  return doc
}

/** Word of a change from elsewhere; the person's own save is none, whichever of the two arrives first. */
function followNews(version: HTMLInputElement) {
  let waits = false
  const look = () => {
    const news = document.querySelector<HTMLElement>("#file-news[data-version]")
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
