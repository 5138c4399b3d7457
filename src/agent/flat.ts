/** No message of an agent is nested like this, and functions that call themselves end somewhere. */
const deepest = 64

/**
 * What an agent said, without what is nested too deeply for anybody to read. `size`: about as many characters as it
 * takes to write it down.
 */
export function flat(said: Record<string, unknown>): { fields: Record<string, unknown>; size: number } {
  let size = 0
  const fieldsOf = (given: object, depth: number): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(given).map(([key, inner]) => {
        size += key.length
        return [key, flatAt(inner, depth)]
      }),
    )
  const flatAt = (given: unknown, depth: number): unknown => {
    size += typeof given === "string" ? given.length : 8
    if (typeof given !== "object" || given === null) return given
    if (depth === deepest) return "… nested too deeply"
    return Array.isArray(given) ? given.map((one) => flatAt(one, depth + 1)) : fieldsOf(given, depth + 1)
  }
  return { fields: fieldsOf(said, 0), size }
}

/** About as many characters as it takes to write it down as it is; infinite when it is nested too deeply for that. */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length
  if (typeof value !== "object" || value === null) return 8
  if (depth === deepest) return Number.POSITIVE_INFINITY
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + 8 + sizeOf(inner, depth + 1), 0)
}
