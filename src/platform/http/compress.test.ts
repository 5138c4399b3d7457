import { expect, test } from "bun:test"
import { compressPage } from "./compress.ts"

const markup = `<!doctype html>${"<p>one row like another</p>".repeat(400)}`
const browser = { "sec-fetch-site": "none", "accept-encoding": "gzip, deflate, br" }

const page = (body = markup, type = "text/html; charset=utf-8") =>
  new Response(body, { status: 422, headers: { "content-type": type, vary: "HX-Request" } })
const answer = (headers: Record<string, string>, response = page()) =>
  compressPage(response, new Request("http://localhost/loops", { headers }))

test("a page travels as a tenth of its bytes and arrives whole, with its status and headers", async () => {
  const sent = await answer(browser)
  const bytes = new Uint8Array(await sent.arrayBuffer())
  expect(bytes.byteLength).toBeLessThan(markup.length / 10)
  expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(markup)
  expect([sent.status, sent.headers.get("content-encoding")]).toEqual([422, "gzip"])
  expect(sent.headers.get("vary")).toBe("HX-Request, Accept-Encoding")
})

test("a browser that takes zstd gets the page in it, whole", async () => {
  const sent = await answer({ ...browser, "accept-encoding": "gzip, deflate, br, zstd" })
  const bytes = new Uint8Array(await sent.arrayBuffer())
  expect(sent.headers.get("content-encoding")).toBe("zstd")
  expect(new TextDecoder().decode(Bun.zstdDecompressSync(bytes))).toBe(markup)
  expect(bytes.byteLength).toBeLessThan(markup.length / 10)
})

test("who takes no gzip, or does not say where the request comes from, gets the page as it is", async () => {
  const others: Record<string, string>[] = [
    { ...browser, "accept-encoding": "br" },
    { ...browser, "accept-encoding": "gzip;q=0, br" },
    { "accept-encoding": "gzip" },
    {},
  ]
  for (const headers of others) {
    const sent = await answer(headers)
    expect(sent.headers.get("content-encoding")).toBeNull()
    expect(await sent.text()).toBe(markup)
  }
})

test("what is no page, and what fits into a packet, is left alone", async () => {
  const stream = await answer(browser, page(markup, "text/event-stream"))
  expect([stream.headers.get("content-encoding"), stream.headers.get("vary")]).toEqual([null, "HX-Request"])
  const short = await answer(browser, page("<p>short</p>"))
  expect([short.headers.get("content-encoding"), await short.text()]).toEqual([null, "<p>short</p>"])
})
