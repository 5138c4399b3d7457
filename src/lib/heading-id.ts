/**
 * The name of a heading in addresses: its letters and digits in lower case with `-` between words. It begins with `at-`,
 * so that no text can name a part of our page. `taken` counts the names that a document has had so far.
 */
export function headingId(text: string, taken: Map<string, number> = new Map()): string {
  const slug = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s+/g, "-")
    .slice(0, 100)
  const count = taken.get(slug) ?? 0
  taken.set(slug, count + 1)
  return `at-${slug}${count === 0 ? "" : `-${count}`}`
}
