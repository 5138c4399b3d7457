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
  if (response.headers.get("x-accel-buffering") === "no") return response
  if (!request.headers.has("sec-fetch-site") || response.headers.has("content-encoding")) return response
  const accepted = request.headers.get("accept-encoding") ?? ""
  const encoding = (["zstd", "gzip"] as const).find((one) => acceptsEncoding(accepted, one))
  if (!encoding) return response
  const body = new Uint8Array(await response.arrayBuffer())
  const headers = new Headers(response.headers)
  if (body.byteLength < worthwhile) return new Response(body, { status: response.status, headers })
  headers.set("content-encoding", encoding)
  return new Response(encoders[encoding](body), { status: response.status, headers })
}

/** For a page zstd takes a third of the time and makes less of it. */
const encoders = {
  zstd: (body: Uint8Array<ArrayBuffer>) => new Uint8Array(Bun.zstdCompressSync(body, { level: 1 })),
  gzip: (body: Uint8Array<ArrayBuffer>) => Bun.gzipSync(body, { level: 3 }),
}
