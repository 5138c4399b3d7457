import { languageTag, type Locale } from "./i18n/locale.ts"

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const

/** "512 kB", "5.2 MB": decimal, with at most one digit after the point. */
export function byteSize(bytes: number, locale: Locale): string {
  let value = bytes
  let unit = 0
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  // The short form of bytes has no plural.
  const unitDisplay = unit === 0 ? "long" : "short"
  const format = { style: "unit", unit: units[unit], unitDisplay, maximumFractionDigits: 1 } as const
  return new Intl.NumberFormat(languageTag[locale], format).format(value)
}
