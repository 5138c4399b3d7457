export interface RoutePattern {
  method: string
  /** With `:name` for one segment and a final `*` for the rest. */
  path: string
}

export interface RouteTable {
  /** The pattern that answers this request, as written. */
  match(method: string, path: string): string | undefined
  /** Methods that some pattern answers at this path. */
  methods(path: string): string[]
}

/** Looks requests up in a list of patterns. HEAD is answered where GET is; a final slash makes no difference. */
export function createRouteTable(patterns: readonly RoutePattern[]): RouteTable {
  const compiled = patterns.map(({ method, path }) => ({ method, path, test: compile(path) }))
  const at = (path: string) => compiled.filter(({ test }) => test.test(path))
  return {
    match(method, path) {
      const wanted = method === "HEAD" ? "GET" : method
      return at(path).find((route) => route.method === wanted || route.method === "ALL")?.path
    },
    methods: (path) => [...new Set(at(path).map(({ method }) => (method === "WS" ? "GET" : method)))].sort(),
  }
}

function compile(path: string): RegExp {
  const segments = path.split("/").filter((segment) => segment !== "")
  const pattern = segments.map((segment) => {
    if (segment === "*") return "/.*"
    if (segment.startsWith(":")) return "/[^/]+"
    return `/${segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`
  })
  return new RegExp(`^${pattern.join("")}/?$`)
}
