import type { NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { createPipeReader } from "../platform/git/pipe-reader.ts"
import { flush, pktLine } from "../platform/git/pkt-line.ts"
import { advertiseUpload, answerUpload } from "../platform/git/serving.ts"
import { feedFrom } from "../platform/process/feed.ts"
import type { Running } from "../platform/process/processes.ts"
import { createSlots } from "../platform/slots.ts"
import type { Asker } from "./asker.ts"
import type { Shelf } from "./contract.ts"
import { advertisePush, plainAnswer, reportPush, streamed } from "./git-replies.ts"
import type { Place } from "./place.ts"
import { noRoom, pushWords } from "./push-words.ts"
import { receivePush } from "./receive.ts"
import type { OwnShelves } from "./shelves.ts"

/** The server as a git host: smart HTTP for whoever was let in. */
export interface GitHost {
  /** Undefined where the address is none of git's. */
  serve(asker: Asker, request: Request): Promise<Response> | undefined
}

export interface GitHostNeeds {
  shelves: OwnShelves
  clock: Clock
  ids: NewId
  /** Whether what comes to the trunk of a context is reviewed first. */
  isGated(context: Shelf["context"]): boolean
}

const limits = { perUser: 20, patienceMs: 600_000, askedBytes: 16 << 20 }

interface Wanted {
  name: string
  shelf: Shelf
  service: "git-upload-pack" | "git-receive-pack"
  advertise: boolean
}

export function createGitHost(needs: GitHostNeeds): GitHost {
  const slots = createSlots(limits.perUser)

  async function serve(asker: Asker, wanted: Wanted, request: Request): Promise<Response> {
    const late = new AbortController()
    const signal = AbortSignal.any([late.signal, request.signal])
    const cancel = needs.clock.after(limits.patienceMs, () => late.abort())
    const release = await slots.take(asker.user, signal)
    const done = () => {
      cancel()
      release?.()
    }
    try {
      if (!release) return plainAnswer(503, "loopat: too much at once for one person. Try again")
      const asked = { ...wanted, place: await needs.shelves.place(wanted.shelf), asker, request, signal }
      if (wanted.service === "git-upload-pack") return await fetched(asked, done)
      return await pushed(needs, asked).finally(done)
    } catch (error) {
      done()
      if (isDiskFailure(error)) return plainAnswer(507, `loopat: ${noRoom}`)
      throw error
    }
  }

  return {
    serve(asker, request) {
      const url = new URL(request.url)
      if (!url.pathname.startsWith("/git/")) return undefined
      const wanted = parseWanted(request.method, url, asker)
      if (!wanted) return Promise.resolve(plainAnswer(404, "loopat: there is no such repository here"))
      return serve(asker, wanted, request)
    },
  }
}

const address =
  /^\/git\/(knowledge|notes|personal(?:-[a-z0-9_-]{1,32})?)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** `personal` is whoever asks; nothing in an address names somebody else. */
function parseWanted(method: string, url: URL, asker: Asker): Wanted | undefined {
  const [, name = "", rest = ""] = address.exec(url.pathname) ?? []
  const advertise = rest === "info/refs"
  const service = advertise ? url.searchParams.get("service") : rest
  if (service !== "git-upload-pack" && service !== "git-receive-pack") return undefined
  if (method !== (advertise ? "GET" : "POST")) return undefined
  const shelf = shelfNamed(name, asker)
  return shelf && { name, shelf, service, advertise }
}

function shelfNamed(name: string, { user }: Asker): Shelf | undefined {
  if (name === "personal" || name === `personal-${user}`) return { context: "personal", user }
  return name === "knowledge" || name === "notes" ? { context: name } : undefined
}

interface Asked extends Wanted {
  place: Place
  asker: Asker
  request: Request
  signal: AbortSignal
}

async function pushed(needs: GitHostNeeds, asked: Asked): Promise<Response> {
  const { place, asker, name, shelf, signal } = asked
  const trunk = await place.trunk()
  const about = { name, trunk, asker }
  if (asked.advertise) {
    const state = await asker.rests()
    if (state) return plainAnswer(403, `loopat: ${pushWords({ kind: "refused", code: "resting", state }, about)}`)
    return advertisePush(await place.refs("refs/heads/"))
  }
  const rules = { shelf, trunk, gated: needs.isGated(shelf.context) }
  const outside = await needs.shelves.outsideOf(shelf)
  const pushing = { place, outside, ids: needs.ids, asker, rules }
  const received = await receivePush(pushing, createPipeReader(bodyOf(asked)), signal)
  return reportPush(received, about)
}

async function fetched(asked: Asked, done: () => void): Promise<Response> {
  const { place, request, signal, advertise } = asked
  const isNew = request.headers.get("git-protocol")?.split(":").includes("version=2") ?? false
  const served = isNew ? { protocol: 2 as const } : {}
  const call = (advertise ? advertiseUpload : answerUpload)(place.folder, served)
  const running = await place.git.start(call, { signal })
  void running.exited.then(done)
  void listen(running, asked)
  const head = advertise && !isNew ? Buffer.concat([pktLine("# service=git-upload-pack\n"), Buffer.from(flush)]) : none
  return streamed(running, advertise ? "advertisement" : "result", head)
}

/** Gives the program what was asked. What it complains about is told inside its answer. */
async function listen(running: Running, asked: Asked): Promise<void> {
  const quiet = running.stderr.pipeTo(new WritableStream())
  const pieces = asked.advertise ? nothing() : createPipeReader(bodyOf(asked)).rest()
  const [fed] = await Promise.allSettled([feedFrom(running, pieces, limits.askedBytes), quiet])
  if (fed.status === "rejected" || fed.value === "too-many") await running[Symbol.asyncDispose]()
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const none = new Uint8Array(0)

/** git packs what it asks, when it is long. */
function bodyOf({ request }: Asked): ReadableStream<Uint8Array> {
  const body = request.body ?? new Blob([]).stream()
  return request.headers.get("content-encoding") === "gzip" ? body.pipeThrough(new DecompressionStream("gzip")) : body
}
