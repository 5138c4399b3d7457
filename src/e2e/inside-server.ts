/** A program for the inside of a sandbox: says what it was asked, streams, counts, sends, and sets what cookies it can. */
export const insideServer = (port: number, name: string) => `
const page = "<!doctype html><title>${name}</title><h1>${name}</h1>"
const worker = "self.addEventListener('install',()=>self.skipWaiting());self.addEventListener('activate',(e)=>e.waitUntil(clients.claim()));self.addEventListener('fetch',(e)=>{if(e.request.method==='GET'&&e.request.mode==='navigate')e.respondWith(new Response('<h1>from the old worker</h1>',{headers:{'content-type':'text/html'}}))})"
Bun.serve({
  port: ${port},
  hostname: "127.0.0.1",
  idleTimeout: 0,
  maxRequestBodySize: 1 << 30,
  async fetch(request, server) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === "/socket" && server.upgrade(request)) return
    if (pathname === "/headers") return Response.json(Object.fromEntries(request.headers))
    if (pathname === "/worker.js") return new Response(worker, { headers: { "content-type": "text/javascript" } })
    if (pathname === "/count") {
      let size = 0
      for await (const piece of request.body ?? []) size += piece.length
      return new Response(String(size))
    }
    if (pathname === "/large") {
      let left = Number(searchParams.get("size"))
      const piece = new Uint8Array(1 << 16)
      return new Response(new ReadableStream({ pull(controller) {
        if (left <= 0) return controller.close()
        controller.enqueue(piece.subarray(0, Math.min(left, piece.length)))
        left -= piece.length
      } }))
    }
    if (pathname === "/events") {
      let count = 0, timer
      return new Response(new ReadableStream({
        start(controller) { timer = setInterval(() => controller.enqueue("data: " + count++ + "\\n\\n"), 30) },
        cancel() { clearInterval(timer) },
      }), { headers: { "content-type": "text/event-stream" } })
    }
    const headers = new Headers({ "content-type": "text/html" })
    headers.append("set-cookie", "loopat_session=planted; Path=/")
    headers.append("set-cookie", "wide=1; Domain=localhost; Path=/")
    headers.append("set-cookie", "own=1; Path=/")
    return new Response(page, { headers })
  },
  websocket: { message: (socket, message) => socket.send(message) },
})
`
