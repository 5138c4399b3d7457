import { pasteable } from "../../../src/lib/pasteable.ts"
import { byId } from "../page.ts"

/** Shows what it is about and resolves with what the person said. */
function question(id: string, text: string): Promise<boolean> {
  const dialog = byId(id)
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(false)
  const about = dialog.querySelector("[data-text]")
  if (about) about.textContent = text
  dialog.returnValue = ""
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true })
  })
}

/** Opens an address that a program printed, after a look at where it really leads. Nothing but the web is opened. */
export async function offerLink(text: string): Promise<void> {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) return
  if (await question("link-question", url.href)) window.open(url.href, "_blank", "noopener,noreferrer")
}

/** Several lines are asked about once. */
export async function offerPaste(given: string, paste: (text: string) => void): Promise<void> {
  const text = pasteable(given)
  if (text === "") return
  if (!/[\r\n]/.test(text) || (await question("paste-question", text))) paste(text)
}
