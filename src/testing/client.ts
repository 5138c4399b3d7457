/** A browser's part of HTTP: cookies, and the headers that say which page sent the request. */
export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Posts a form as a page of ours would. */
  post(path: string, form?: Record<string, string> | FormData, headers?: Record<string, string>): Promise<Response>
  readonly cookies: Map<string, string>
}

export interface ClientOptions {
  origin?: string
  /** Sent with every request; `null` leaves a header out that would be sent otherwise. */
  headers?: Record<string, string | null>
}

export function testClient(
  app: { handle(request: Request): Promise<Response> },
  { origin = "http://localhost", headers: always = {} }: ClientOptions = {},
): Client {
  const cookies = new Map<string, string>()
  async function send(path: string, init: RequestInit, extra: Record<string, string | null>): Promise<Response> {
    const headers = new Headers(init.headers)
    for (const [name, value] of Object.entries(extra)) {
      if (value === null) headers.delete(name)
      else headers.set(name, value)
    }
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
    if (jar !== "" && !headers.has("cookie")) headers.set("cookie", jar)
    const response = await app.handle(new Request(new URL(path, origin), { ...init, headers }))
    for (const line of response.headers.getSetCookie()) remember(line)
    return response
  }

  function remember(line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim())
    const at = pair.indexOf("=")
    if (attributes.includes("Max-Age=0")) cookies.delete(pair.slice(0, at))
    else cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }

  return {
    cookies,
    get: (path, headers = {}) =>
      send(path, { headers: { accept: "text/html", "sec-fetch-site": "none" } }, { ...always, ...headers }),
    post: (path, form = {}, headers = {}) =>
      send(
        path,
        {
          method: "POST",
          body: form instanceof FormData ? form : new URLSearchParams(form).toString(),
          headers: {
            ...(!(form instanceof FormData) && { "content-type": "application/x-www-form-urlencoded" }),
            accept: "text/html",
            origin,
            "sec-fetch-site": "same-origin",
          },
        },
        { ...always, ...headers },
      ),
  }
}
