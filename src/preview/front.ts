import type { Entering } from "./entering.ts"
import { type Gate, isFromElsewhere } from "./gate.ts"
import { framedBy } from "./headers.ts"
import { headerOf, type Knock, ownPaths } from "./knock.ts"
import type { Pages } from "./pages.tsx"
import type { Passages } from "./passages.ts"
import type { PreviewPlace } from "./place.ts"
import type { Proxy } from "./proxy.ts"
import type { Bearer, Share } from "./share.ts"
import type { Socket } from "./socket.ts"
import type { StaticFiles } from "./static.ts"

export interface FrontNeeds {
  gate: Gate
  entering: Entering
  passages: Passages
  proxy: Proxy
  files: StaticFiles
  pages: Pages
  /** Undefined: previews are off. */
  place(): PreviewPlace | undefined
  /** Origins of the app, whose panel shows pages in a frame. */
  frames(): readonly string[]
}

/** Somebody who may be here, at a share. */
export interface Admitted {
  share: Share
  bearer: Bearer
  place: PreviewPlace
}

/** What answers at the previews' host names: our own few paths, and behind a pass what runs or lies in a sandbox. */
export interface Front {
  answer(knock: Knock): Promise<Response>
  /** Takes the connection over. */
  upgrade(knock: Knock, socket: Socket): Promise<void>
}

export function createFront(needs: FrontNeeds): Front {
  const { gate, entering, passages, proxy, files, pages } = needs

  async function admit(knock: Knock): Promise<Admitted | Response> {
    const place = needs.place()
    const share = place && (await gate.shareAt(place, knock))
    if (!place || !share) return ended(pages.nothing(knock), knock)
    const own = knock.target.startsWith(ownPaths.all)
    if (own) return (await answerOwn({ share, place, knock })) ?? pages.nothing(knock)
    const bearer = await gate.bearerAt(share, knock, place.secure)
    // A worker outlives its share in the browser and would stand before whoever has the name next.
    if (bearer && share.alias !== undefined && asksForWorker(knock)) return pages.noWorker(knock)
    if (bearer) return { share, bearer, place }
    return ended(pages.entrance(share, knock), knock, share)
  }

  async function answerOwn({ share, place, knock }: Omit<Admitted, "bearer"> & { knock: Knock }) {
    const { method } = knock
    const [path = ""] = knock.target.split("?", 1)
    if (path === ownPaths.enter && method === "POST") return entering.byTicket(share, knock, place.secure)
    if (path.startsWith(ownPaths.link) && method === "GET") return entering.byLink(share, knock, place.secure)
    return path === ownPaths.style && method === "GET" ? pages.style() : undefined
  }

  /** Holds a place among everything under way until the answer is through. */
  async function held(admitted: Admitted, knock: Knock): Promise<Response> {
    const { share, bearer } = admitted
    const stop = new AbortController()
    const leave = passages.enter({
      share,
      stillAllowed: () => gate.stillAllowed(share, bearer),
      cut: () => stop.abort(new Error("the right to it has ended")),
    })
    if (!leave) return pages.full(knock)
    const signal = AbortSignal.any([stop.signal, knock.gone])
    const visit = { ...admitted, knock, signal }
    try {
      const answer =
        share.target.kind === "port"
          ? await proxy.answer(visit, share.target.port)
          : await files.answer(visit, share.target.folder)
      return throughTo(answer, leave, signal)
    } catch (error) {
      leave()
      throw error
    }
  }

  return {
    async answer(knock) {
      const admitted = await admit(knock)
      const answer = admitted instanceof Response ? admitted : await held(admitted, knock)
      if (!answer.headers.has("content-security-policy"))
        answer.headers.set("content-security-policy", framedBy(needs.frames()))
      return answer
    },
    async upgrade(knock, socket) {
      const admitted = await admit(knock)
      if (admitted instanceof Response) return socket.refuse(admitted.status)
      const { share, bearer } = admitted
      if (isFromElsewhere(knock) || share.target.kind !== "port") return socket.refuse(403)
      const leave = passages.enter({
        share,
        stillAllowed: () => gate.stillAllowed(share, bearer),
        cut: () => socket.destroy(),
      })
      if (!leave) return socket.refuse(503)
      try {
        await proxy.upgrade({ ...admitted, knock, signal: knock.gone }, share.target.port, socket)
      } finally {
        leave()
      }
    },
  }
}

/** A service worker that a former share left behind asks for its script now and then: what it gets ends it. */
const lastScript =
  "self.addEventListener('install',()=>self.skipWaiting());self.addEventListener('activate',(event)=>event.waitUntil(self.registration.unregister().then(()=>self.clients.matchAll()).then((all)=>all.forEach((one)=>one.navigate(one.url)))))"

const asksForWorker = (knock: Knock): boolean => headerOf(knock, "service-worker") === "script"

function ended(page: Response, knock: Knock, share?: Share): Response {
  if (asksForWorker(knock)) {
    const headers = { "content-type": "text/javascript", "cache-control": "no-store" }
    return new Response(lastScript, { headers })
  }
  // Without cookies: any page may cause such an answer, and browsers forget those of the whole site, the app's among them.
  if (!share || share.inherits) page.headers.set("clear-site-data", '"cache", "storage"')
  return page
}

/** The same answer; calls `leave` when its body is through, was given up, or its right has ended. */
function throughTo(answer: Response, leave: () => void, signal: AbortSignal): Response {
  const { body, status, headers } = answer
  if (!body) {
    leave()
    return answer
  }
  const reader = body.getReader()
  const over = () => {
    signal.removeEventListener("abort", cut)
    leave()
  }
  let told: ReadableStreamDefaultController<Uint8Array> | undefined
  const cut = () => {
    over()
    told?.error(signal.reason)
    // Whoever fills it has heard of the end by the same signal.
    reader.cancel().catch(() => undefined)
  }
  const through = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        told = controller
        if (signal.aborted) cut()
        else signal.addEventListener("abort", cut)
      },
      async pull(controller) {
        try {
          const { value, done } = await reader.read()
          if (!done) return controller.enqueue(value)
          over()
          if (!signal.aborted) controller.close()
        } catch (error) {
          over()
          controller.error(error)
        }
      },
      async cancel() {
        over()
        await reader.cancel()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(through, { status, headers })
}
