import { languageTag, type Locale } from "./i18n/locale.ts"
import { remembered } from "./jsx/remembered.ts"

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
]

const relative = remembered((tag) => new Intl.RelativeTimeFormat(tag, { numeric: "auto", style: "narrow" }))
/** Few are told apart: a long list says the same again and again. */
const written = remembered((key) => {
  const [tag = "", value, name] = key.split(" ")
  return relative(tag).format(Number(value), units.find(([unit]) => unit === name)?.[0] ?? "second")
})
const compact = remembered((tag) => new Intl.NumberFormat(tag, { notation: "compact", maximumFractionDigits: 1 }))
const inUnit = remembered((key) => {
  const [tag, name] = key.split(" ")
  return new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "narrow" })
})
/** Numbers below a thousand are nearly all there are, and writing one takes longer than a whole line of a page. */
const smallInUnit = remembered((key) => {
  const [tag, name, value] = key.split(" ")
  return inUnit(`${tag} ${name}`).format(Number(value))
})

/** "3m ago", "yesterday", "in 7d". Both times are milliseconds since the epoch. */
export function relativeTime(at: number, now: number, locale: Locale): string {
  const difference = at - now
  const tag = languageTag[locale]
  for (const [unit, ms] of units) {
    if (-difference >= ms) return written(`${tag} ${Math.trunc(difference / ms)} ${unit}`)
    // What ends in a week ends in seven days also a moment later.
    if (difference >= 0.95 * ms) return written(`${tag} ${Math.round(difference / ms)} ${unit}`)
  }
  return written(`${tag} 0 second`)
}

/** "12s", "2m 3s", "1h 4m": at most two units, the smaller one whole. */
export function duration(ms: number, locale: Locale): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (ms < 950) return unit(Math.max(0, Math.round(ms)), "millisecond", locale)
  if (seconds < 60) return unit(seconds, "second", locale)
  if (seconds < 3600) return pair([Math.floor(seconds / 60), "minute"], [seconds % 60, "second"], locale)
  return pair([Math.floor(seconds / 3600), "hour"], [Math.floor((seconds % 3600) / 60), "minute"], locale)
}

/** "0:42", "1:03:20" */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, "0")
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** "1.2K" */
export function compactNumber(value: number, locale: Locale): string {
  return compact(languageTag[locale]).format(value)
}

/** For `datetime` attributes; the browser shows it in the reader's own zone. */
export const machineTime = (at: number): string => new Date(at).toISOString()

type Part = [number, "hour" | "minute" | "second"]

function pair([big, bigUnit]: Part, [small, smallUnit]: Part, locale: Locale): string {
  const first = unit(big, bigUnit, locale)
  return small === 0 ? first : `${first} ${unit(small, smallUnit, locale)}`
}

function unit(value: number, name: string, locale: Locale): string {
  const small = Number.isInteger(value) && value >= 0 && value < 1_000
  if (small) return smallInUnit(`${languageTag[locale]} ${name} ${value}`)
  return inUnit(`${languageTag[locale]} ${name}`).format(value)
}
