import { acceptsEncoding } from "./accept-encoding.ts"

/** Below this many bytes a page fits into one packet anyway. */
const worthwhile = 1_200

/**
 * A page as fewer bytes. Only for browsers that say where a request comes from: they let no other site ask with the
 * person's cookie, so nobody can learn what a page says by watching its length, and its form token guards nothing there.
 */
export async function compressPage(response: Response, request: Request): Promise<Response> {
  if (!response.headers.get("content-type")?.startsWith("text/html")) return response
  response.headers.append("vary", "Accept-Encoding")
  if (!request.headers.has("sec-fetch-site") || response.headers.has("content-encoding")) return response
  if (!acceptsEncoding(request.headers.get("accept-encoding") ?? "", "gzip")) return response
  const body = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  if (body.byteLength < worthwhile) return new Response(body, { status: response.status, headers })
  headers.set("content-encoding", "gzip")
  return new Response(Bun.gzipSync(body, { level: 3 }), { status: response.status, headers })
}
