/**
 * Topics of a title: `#word` that does not follow a word character; letters of any script, digits, `_` and `-`. In lower
 * case, since case makes no difference, each once, in their order.
 */
export function topicsOf(text: string): string[] {
  const found = text.matchAll(/(?<![\p{L}\p{N}_])#([\p{L}\p{N}_-]{1,64})/gu)
  return [...new Set([...found].map(([, word = ""]) => word.toLowerCase()))]
}
