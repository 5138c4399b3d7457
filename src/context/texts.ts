/** Texts by the id of their content, which never changes, as long as there is room for them. */
export interface Texts {
  get(blob: string): string | undefined
  set(blob: string, text: string): void
}

/** `most`: letters in all. The least recently used go first. */
export function createTexts(most: number): Texts {
  const kept = new Map<string, string>()
  let letters = 0
  return {
    get(blob) {
      const text = kept.get(blob)
      if (text === undefined) return undefined
      kept.delete(blob)
      kept.set(blob, text)
      return text
    },
    set(blob, text) {
      if (kept.has(blob) || text.length > most) return
      kept.set(blob, text)
      letters += text.length
      for (const [oldest, { length }] of kept) {
        if (letters <= most) break
        kept.delete(oldest)
        letters -= length
      }
    },
  }
}
