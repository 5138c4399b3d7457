import { byId } from "./page.ts"

const bubbles = () => [...(byId("pending")?.children ?? [])].filter((child) => child instanceof HTMLElement)

export function addPending(clientId: string, text: string) {
  const place = byId("pending")
  if (place === null) return
  const bubble = document.createElement("article")
  bubble.className = "entry-item said is-pending"
  bubble.dataset["clientId"] = clientId
  bubble.append(line("said-by", place.dataset["sending"] ?? ""), line("said-text", text))
  place.append(bubble)
}

export function dropPending(clientId: string) {
  for (const bubble of bubbles()) if (bubble.dataset["clientId"] === clientId) bubble.remove()
}

/** What came back from the server, in the conversation or the queue, is pending no more. */
export function dropArrived() {
  for (const bubble of bubbles()) {
    const id = CSS.escape(bubble.dataset["clientId"] ?? "")
    if (document.querySelector(`:is(#conversation, #queue, #shells) [data-client-id="${id}"]`)) bubble.remove()
  }
}

function line(name: string, text: string) {
  const paragraph = document.createElement("p")
  paragraph.className = name
  paragraph.textContent = text
  return paragraph
}
