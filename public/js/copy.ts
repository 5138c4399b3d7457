import { onClick } from "./page.ts"

export function startCopy() {
  onClick("[data-copy]", (button) => {
    const text = button.closest("figure")?.querySelector("pre")?.textContent ?? ""
    copy(text).then(
      () => mark(button),
      () => undefined,
    )
  })
}

async function copy(text: string) {
  if (isSecureContext) return navigator.clipboard.writeText(text)
  const field = document.createElement("textarea")
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand("copy")
  field.remove()
}

function mark(button: HTMLElement) {
  button.classList.add("is-copied")
  button.setAttribute("aria-labelledby", "word-copied")
  window.setTimeout(() => {
    button.classList.remove("is-copied")
    button.setAttribute("aria-labelledby", "word-copy")
  }, 1_500)
}
