import { languageTag, type Locale } from "./i18n/locale.ts"
import { remembered } from "./jsx/remembered.ts"
import { lately } from "./lately.ts"

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const

/** "512 kB", "5.2 MB": decimal, with at most one digit after the point. */
export function byteSize(bytes: number, locale: Locale): string {
  let value = bytes
  let unit = 0
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  return written(`${languageTag[locale]} ${units[unit]} ${value}`)
}

const inUnit = remembered((key) => {
  const [tag, unit] = key.split(" ")
  // The short form of bytes has no plural.
  const unitDisplay = unit === units[0] ? "long" : "short"
  return new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 })
})
/** In a folder many files are equally long, and writing a number takes longer than the rest of its row. */
const written = lately((key) => inUnit(key.slice(0, key.lastIndexOf(" "))).format(Number(key.split(" ")[2])), 16_000)
