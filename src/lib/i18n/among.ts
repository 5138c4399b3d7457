type Sentences = Record<string, string>

/** What a code from elsewhere means; what every object has by birth is no code. */
const known = (sentences: Sentences, code: string): string | undefined =>
  Object.hasOwn(sentences, code) ? sentences[code] : undefined

/** The sentence of a code; one that is not known is told in general. */
export const among =
  (sentences: { other: string } & Sentences) =>
  (code: string): string =>
    known(sentences, code) ?? sentences.other

/** The sentence of a code; one that is not known is told as whoever asks says. */
export const amongKnown =
  (sentences: Sentences) =>
  (code: string, otherwise: string): string =>
    known(sentences, code) ?? otherwise

/** The same, where some sentences go around what was said. */
export const amongSaid =
  (around: Record<string, (said: string) => string>, sentences: Sentences) =>
  (code: string, said: string): string =>
    Object.hasOwn(around, code) ? (around[code]?.(said) ?? said) : (known(sentences, code) ?? said)
