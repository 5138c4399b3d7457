/**
 * The same pure function, whose newest answers are kept: up to `mostCharacters` of what it was asked with, and nothing
 * that would fill an eighth of that alone.
 */
export function lately<Made>(make: (text: string) => Made, mostCharacters: number): (text: string) => Made {
  const made = new Map<string, Made>()
  let characters = 0
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) {
      made.delete(text)
      made.set(text, known)
      return known
    }
    const fresh = make(text)
    if (text.length > mostCharacters / 8) return fresh
    made.set(text, fresh)
    characters += text.length
    for (const oldest of made.keys()) {
      if (characters <= mostCharacters) break
      made.delete(oldest)
      characters -= oldest.length
    }
    return fresh
  }
}
