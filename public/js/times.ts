import { languageTag, locales } from "../../src/lib/i18n/locale.ts"
import { clockText, relativeTime } from "../../src/lib/time.ts"
import { onHtmx } from "./htmx.ts"

/** Keeps "3 minutes ago" and running clocks true, by the server's clock. */
export function startTimes() {
  const root = document.documentElement
  const ahead = Date.now() - Number(root.dataset["now"] ?? Date.now())
  const locale = locales.find((one) => languageTag[one] === root.lang) ?? "en"
  const now = () => Date.now() - ahead
  const each = (selector: string, text: (at: number) => string) => {
    for (const time of document.querySelectorAll<HTMLTimeElement>(selector)) {
      const fresh = text(Date.parse(time.dateTime))
      if (time.textContent !== fresh) time.textContent = fresh
      if (time.title === "") time.title = new Date(time.dateTime).toLocaleString(root.lang)
    }
  }
  const tick = () => each("[data-elapsed]", (at) => clockText(now() - at))
  tick()
  onHtmx("after:swap", tick)
  window.setInterval(() => !document.hidden && tick(), 1_000)
  window.setInterval(() => !document.hidden && each("[data-relative]", (at) => relativeTime(at, now(), locale)), 20_000)
}
