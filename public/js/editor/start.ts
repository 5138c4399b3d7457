import { startDrafts } from "./drafts.ts"
import { startSaving } from "./saving.ts"
import { openText } from "./text.ts"

/** Puts an editor in the place of a plain text field, which stays in its form and always holds the text. */
export function startEditor(): void {
  const field = document.querySelector<HTMLTextAreaElement>("textarea[data-editor]")
  const form = field?.form
  if (!field || !form) return
  const view = openText(field)
  // On a phone that would open the keyboard over the text.
  if (document.activeElement === document.body && matchMedia("(hover: hover)").matches) view.focus()
  startSaving(form, view)
  startDrafts(form, view)
}
