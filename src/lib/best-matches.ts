/** The best first: a name that holds the words as they are, before one that holds their letters. */
export function bestMatches(names: readonly string[], words: string): string[] {
  const wanted = words.toLowerCase().replaceAll(/\s+/g, "")
  const rated = names.flatMap((name) => {
    const rate = rating(name.toLowerCase(), wanted)
    return rate === undefined ? [] : [{ name, rate }]
  })
  return rated.sort((a, b) => a.rate - b.rate || a.name.length - b.name.length).map(({ name }) => name)
}

function rating(name: string, wanted: string): number | undefined {
  const last = name.slice(name.lastIndexOf("/") + 1)
  if (last === wanted) return 0
  if (last.startsWith(wanted)) return 1
  if (last.includes(wanted)) return 2
  if (name.includes(wanted)) return 3
  let at = -1
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1)
    if (at < 0) return undefined
  }
  return 4
}
