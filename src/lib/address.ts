type Names<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never

/** A path with its `:names` filled in. */
export function fill<P extends string>(path: P, values: Record<Names<P>, string | number>): string {
  const given: Record<string, string | number> = values
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? ""))
}

/** With what is given of these after a question mark; what is empty is left out. */
export function query(path: string, values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== "") search.set(name, String(value))
  return search.size === 0 ? path : `${path}?${search}`
}
