import { withoutCode } from "./markdown-code.ts"
import { topicsOf } from "./topics.ts"

/** Topics of a document: `#word` in its text, and not in code, addresses, links or the marks of headings. */
export function topicsIn(text: string): string[] {
  if (!text.includes("#")) return []
  const visible = withoutCode(text)
    .replace(/\[\[[^\]\n]*\]\]/g, " ")
    .replace(/\]\([^)\n]*\)/g, " ")
    .replace(/<?\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, " ")
    .replace(/^[ \t>]*#{1,6}(?=\s)/gm, " ")
  return topicsOf(visible)
}
