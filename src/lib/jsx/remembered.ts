/**
 * The same pure function, made once for each of a few keys: a formatter of the runtime costs a hundred times as much to
 * make as to use.
 */
export function remembered<Made>(make: (key: string) => Made): (key: string) => Made {
  const made = new Map<string, Made>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}
