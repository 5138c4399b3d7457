/** Leads a preview into its frame, and lets the bar above it steer what the frame shows. */
export function startPreview() {
  const ways = document.querySelectorAll<HTMLFormElement>('form[data-enter]:has([name="ticket"]:not([value=""]))')
  for (const form of ways) form.submit()
  const frame = document.querySelector<HTMLIFrameElement>("#preview-frame")
  const bar = document.querySelector<HTMLFormElement>("#preview-address")
  const path = bar?.querySelector<HTMLInputElement>("[name=path]")
  const { origin } = frame?.dataset ?? {}
  if (!frame || !bar || !path || origin === undefined) return
  const show = () => {
    // A path alone: whatever is typed, the frame stays on the preview's own host.
    const url = URL.parse(`/${path.value.trim().replace(/^[/\\]+/, "")}`, origin)
    if (url?.origin === origin) frame.src = url.href
  }
  bar.addEventListener("submit", (event) => {
    event.preventDefault()
    show()
  })
  document.querySelector("#preview-reload")?.addEventListener("click", show)
}
