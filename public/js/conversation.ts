import { onHtmx } from "./htmx.ts"
import { byId } from "./page.ts"

/** Further up than this many pixels from the end counts as reading something else. */
const nearEnd = 160

/** The scroller counts from its end: 0 is the newest, negative is further up. */
export function startConversation() {
  const scroller = byId("scroller")
  const log = byId("conversation")
  const jump = byId("jump")
  if (scroller === null || log === null || jump === null) return
  const label = jump.querySelector("span")
  const plain = label?.textContent ?? ""
  let missed = 0
  const show = () => {
    const away = scroller.scrollTop < -nearEnd
    if (!away) missed = 0
    jump.hidden = !away
    if (label) label.textContent = missed === 0 ? plain : (jump.dataset["new"] ?? "").replace("0", String(missed))
  }
  scroller.addEventListener("scroll", show, { passive: true })
  new MutationObserver((changes) => {
    if (jump.hidden) return
    missed += changes.reduce((sum, change) => sum + change.addedNodes.length, 0)
    show()
  }).observe(log, { childList: true })
  jump.addEventListener("click", () => {
    scroller.scrollTo({ top: 0, behavior: "smooth" })
    byId("composer-text")?.focus({ preventScroll: true })
  })
  startSeen(scroller, log)
  watchState()
}

/** Archived, broken, restored, offered: nearly everything on the page is different then, so it comes anew. */
function watchState() {
  const state = () => byId("loop-state")?.dataset["loopState"]
  let before = state()
  onHtmx("after:swap", () => {
    const now = state()
    if (now === before) return
    const becameReady = before === "preparing" && now === "driven"
    before = now
    if (!becameReady) location.reload()
  })
}

/** Tells the server how far the end of the conversation was on screen. */
function startSeen(scroller: HTMLElement, log: HTMLElement) {
  const url = scroller.dataset["seen"]
  if (url === undefined) return
  let told = 0
  let timer: number | undefined
  const tell = () => {
    const seq = Math.max(
      0,
      ...[...log.querySelectorAll<HTMLElement>("[data-seq]")].slice(-5).map((item) => Number(item.dataset["seq"])),
    )
    if (document.hidden || scroller.scrollTop < -nearEnd || seq <= told) return
    told = seq
    fetch(url, { method: "POST", body: new URLSearchParams({ seq: String(seq) }) }).catch(() => {
      told = 0
    })
  }
  const soon = () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(tell, 1_000)
  }
  onHtmx("after:swap", soon)
  document.addEventListener("visibilitychange", soon)
  soon()
}
