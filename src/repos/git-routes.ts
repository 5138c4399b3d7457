import type { NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { createPipeReader } from "../platform/git/pipe-reader.ts"
import { flush, pktLine } from "../platform/git/pkt-line.ts"
import type { Git } from "../platform/git/git.ts"
import { advertiseUpload, answerUpload } from "../platform/git/serving.ts"
import { feedFrom } from "../platform/process/feed.ts"
import type { Running } from "../platform/process/processes.ts"
import { createSlots } from "../platform/slots.ts"
import type { Asker } from "./asker.ts"
import { judgeCodePush, ownTarget } from "./code-policy.ts"
import type { Repos, Served } from "./code-repos.ts"
import type { Shelf } from "./contract.ts"
import { advertisePush, plainAnswer, reportPush, streamed } from "./git-replies.ts"
import { parseCopyRest, parseWanted, type Wanted } from "./git-wanted.ts"
import type { Place } from "./place.ts"
import { judgePush } from "./push-policy.ts"
import { noRoom, pushWords } from "./push-words.ts"
import { type PushNeeds, receivePush } from "./receive.ts"
import type { OwnShelves } from "./shelves.ts"

/** The server as a git host: smart HTTP for whoever was let in. */
export interface GitHost {
  /** Undefined where the address is none of git's. */
  serve(asker: Asker, request: Request): Promise<Response> | undefined
}

export interface GitHostNeeds {
  shelves: OwnShelves
  repos: Pick<Repos, "served">
  git: Git
  clock: Clock
  ids: NewId
  /** Whether what comes to the trunk of a context is reviewed first. */
  isGated(context: Shelf["context"]): boolean
}

const limits = { perUser: 20, patienceMs: 600_000, askedBytes: 16 << 20 }

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
      const asked = { ...wanted, asker, request, signal }
      const source = await sourceOf(needs, wanted)
      if (source.kind === "none") return finished(plainAnswer(404, nothingHere), done)
      if (source.kind === "away") return finished(plainAnswer(502, `loopat: ${source.sentence}`), done)
      if (wanted.service === "git-upload-pack") return await fetched(needs.git, source.folder, { asked, done })
      if (source.kind === "copy") return finished(plainAnswer(403, takesNoPush(wanted.name)), done)
      return await pushed(needs, source, asked).finally(done)
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
      return wanted ? serve(asker, wanted, request) : sentOn(needs.repos, asker, url)
    },
  }
}

const nothingHere = "loopat: there is no such repository here"

/**
 * git inside a sandbox takes the beginning of an outside address for the whole where the server has a copy: what goes on
 * behind it is another repository, and git is sent there.
 */
async function sentOn(repos: Pick<Repos, "served">, asker: Asker, url: URL): Promise<Response> {
  const longer = asker.kind === "loop" ? parseCopyRest(url) : undefined
  const served = longer && (await repos.served(longer.name))
  if (!longer || served?.kind !== "copy" || !served.address.startsWith("https://")) return plainAnswer(404, nothingHere)
  return new Response(null, { status: 302, headers: { location: `${served.address}${longer.rest}${url.search}` } })
}

function finished(response: Response, done: () => void): Response {
  done()
  return response
}

const takesNoPush = (name: string): string =>
  `loopat: this is a copy of ${name} and takes no push. Push to its own address, which is in /loopat/context/repos/REPOS.md`

type Source =
  | { kind: "shelf"; place: Place; folder: string; shelf: Shelf }
  | (Extract<Served, { kind: "hosted" }> & { folder: string })
  | { kind: "copy"; folder: string }
  | { kind: "none" }
  | { kind: "away"; sentence: string }

/** What is served. A copy is renewed first: askers at the same time share the fetch. */
async function sourceOf({ shelves, repos }: GitHostNeeds, { shelf, advertise }: Wanted): Promise<Source> {
  if (shelf.context !== "code") {
    const place = await shelves.place(shelf)
    return { kind: "shelf", place, folder: place.folder, shelf }
  }
  const served = await repos.served(shelf.name)
  if (!served) return { kind: "none" }
  if (served.kind === "hosted") return { ...served, folder: served.hosted.place.folder }
  const renewed = advertise ? await served.refresh() : undefined
  if (renewed?.kind === "unreachable") return { kind: "away", sentence: `${shelf.name}: ${renewed.sentence}` }
  return { kind: "copy", folder: served.folder }
}

interface Asked extends Wanted {
  asker: Asker
  request: Request
  signal: AbortSignal
}

type Pushable = Extract<Source, { kind: "shelf" | "hosted" }>

async function pushed(needs: GitHostNeeds, source: Pushable, asked: Asked): Promise<Response> {
  const { asker, name, signal } = asked
  const place = source.kind === "hosted" ? source.hosted.place : source.place
  const trunk = await place.trunk()
  const about = { name, trunk, asker, ...(source.kind === "hosted" && { instead: ownTarget(asker) }) }
  if (asked.advertise) {
    const state = await asker.rests()
    if (state) return plainAnswer(403, `loopat: ${pushWords({ kind: "refused", code: "resting", state }, about)}`)
    return advertisePush([
      ...(await place.refs("refs/heads/")),
      ...(source.kind === "hosted" ? await place.refs("refs/tags/") : []),
    ])
  }
  const outside = await needs.shelves.outsideOf(place.shelf)
  const pushing = { place, outside, trunk, ids: needs.ids, asker, ...(await rulesOf(needs, source, { asker, trunk })) }
  const received = await receivePush(pushing, createPipeReader(bodyOf(asked)), signal)
  return reportPush(received, about)
}

async function rulesOf(
  { isGated }: GitHostNeeds,
  source: Pushable,
  { asker, trunk }: { asker: Asker; trunk: string },
): Promise<Pick<PushNeeds, "judge" | "beforeMove">> {
  if (source.kind === "shelf") {
    const rules = { shelf: source.shelf, trunk, gated: isGated(source.shelf.context) }
    return { judge: (command) => judgePush(command, rules, asker) }
  }
  const { hosted } = source
  const rules = { trunk, protected: source.protected, madeBy: await hosted.madeBy() }
  return {
    judge: (command) => judgeCodePush(command, rules, asker),
    beforeMove: (moves) => hosted.noteMakers(moves, asker.kind === "loop" ? asker.loop : undefined),
  }
}

async function fetched(
  git: Git,
  folder: string,
  { asked, done }: { asked: Asked; done: () => void },
): Promise<Response> {
  const { request, signal, advertise } = asked
  const isNew = request.headers.get("git-protocol")?.split(":").includes("version=2") ?? false
  const served = isNew ? { protocol: 2 as const } : {}
  const call = (advertise ? advertiseUpload : answerUpload)(folder, served)
  const running = await git.start(call, { signal })
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
