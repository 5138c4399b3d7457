import { Elysia } from "elysia"
import { EarlierEntries } from "../../views/components/conversation.tsx"
import { LoopPage } from "../../views/pages/loop.tsx"
import { paths } from "../lib/urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment } from "../platform/http/html.ts"
import { userOf, visitorOf } from "../platform/http/visitor.ts"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import type { ViewedLoop } from "../loops/index.ts"
import { parseAnswer } from "./answer-form.ts"
import { follow } from "./follow.ts"
import { createLooks, viewerKind } from "./looks.tsx"
import { createBlobs } from "./oversize.ts"
import { earlierPage, loopPage } from "./page.ts"
import { done, refuseAnswer, refuseDriver, refuseMessage, refuseQueued, showSent } from "./replies.tsx"
import { AnswerForm, type Doing, largestForm, MessageForm, ModeForm, QueuedForm, Seq } from "./route-needs.ts"
import { topicOf } from "./runner.ts"

/** A loop's own page: the conversation, its stream, and what the driver does with the agent. */
export const agentRoutes = (doing: Doing) =>
  new Elysia({ name: "agent" }).use(readingRoutes(doing)).use(speakingRoutes(doing)).use(queueRoutes(doing))

function readingRoutes(doing: Doing) {
  const { loops, disk } = doing.needs
  const blobs = createBlobs(disk, loops)
  const notFound = (request: Request) => doing.showProblem({ status: 404, code: "not-found" }, request)
  return new Elysia({ name: "agent-reading" })
    .get(paths.loop, async ({ request, params }) => {
      const viewed = await loops.forViewer(params.id, userOf(request))
      if (viewed.kind !== "viewed") return notFound(request)
      return htmlPage(<LoopPage page={await loopPage(doing, { request, loop: viewed.loop })} />)
    })
    .get(paths.loopMessages, async ({ request, params, query }) => {
      const viewed = await loops.forViewer(params.id, userOf(request))
      if (viewed.kind !== "viewed") return notFound(request)
      const before = Seq.safeParse(query["before"])
      if (!before.success) return doing.showProblem({ status: 422, code: "invalid" }, request)
      const earlier = await earlierPage(doing, { request, loop: viewed.loop }, before.data)
      if (isFragment(request)) return htmlFragment(<EarlierEntries {...earlier} reader={readerOf(doing, request)} />)
      const page = await loopPage(doing, { request, loop: viewed.loop })
      return htmlPage(<LoopPage page={{ ...page, ...earlier, streamUrl: undefined }} />)
    })
    .get(paths.loopBlob, async ({ request, params }) => {
      const viewed = await loops.forViewer(params.id, userOf(request))
      if (viewed.kind !== "viewed") return notFound(request)
      const path = await blobs.pathOf(viewed.loop.record.id, params.name)
      if (path === undefined) return doing.showProblem({ status: 404, code: "no-such-text" }, request)
      return plainFile(path)
    })
    .get(paths.loopEvents, async ({ request, params, query, server }) => {
      const viewed = await loops.forViewer(params.id, userOf(request))
      if (viewed.kind !== "viewed") return notFound(request)
      const last = request.headers.get("last-event-id")
      const after = Seq.safeParse(last ?? query["after"]).data ?? 0
      return openStream(doing, { request, server, loop: viewed.loop, after, again: last !== null })
    })
}

/** Never anything but text to a browser, whatever an agent wrote into it. */
const plainFile = (path: string): Response =>
  new Response(Bun.file(path), {
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  })

interface Opening {
  request: Request
  server: Parameters<Doing["rights"]["stream"]>[0]["server"]
  loop: ViewedLoop
  after: number
  again: boolean
}

async function openStream(doing: Doing, { request, server, loop, ...place }: Opening): Promise<Response> {
  const { needs, runner, rights } = doing
  const id = loop.record.id
  const user = userOf(request)
  const { locale, formToken } = visitorOf(request)
  const post = await runner.of(id)
  await post.actor.context.load()
  post.spent ??= await needs.gateway.usageOfLoop(id)
  const kind = viewerKind(locale, loop.drives, formToken)
  const topic = topicOf(id)
  /** What a viewer may see depends on whether he drives: when that changes, the stream ends and comes back as another. */
  const stillAllowed = async () => {
    const now = await needs.loops.forViewer(id, user)
    return now.kind === "viewed" && now.loop.drives === loop.drives
  }
  return rights.stream({ request, server, about: id, stillAllowed }, (viewer) => {
    const following = {
      transcript: needs.loops.transcript(id),
      hub: needs.hub,
      topic,
      live: post.live,
      looks: createLooks(post),
      kind,
      ...place,
    }
    needs.background.run("bring a page up to date", async () => {
      // What changed between the first look and the stream's opening was announced to nobody.
      if (!(await stillAllowed())) return viewer.close()
      await follow(viewer, following)
      post.actor.viewersChanged()
    })
    const leave = doing.lists?.follow(user, { locale, formToken, loop: id }, ({ frame }) => viewer.pass(frame))
    viewer.ended.addEventListener("abort", () => {
      leave?.()
      post.actor.viewersChanged()
      runner.release(id)
    })
  })
}

function speakingRoutes(doing: Doing) {
  const { needs, work } = doing
  const { loops } = needs
  return new Elysia({ name: "agent-speaking" })
    .post(
      paths.loopMessages,
      async ({ request, params }) => {
        const form = await readForm(request, MessageForm, { maxBytes: largestForm })
        if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
        const { text, clientId } = form.value
        const driven = await loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const sent = await work.send(driven.loop, { text, clientId, via: "web" })
        if (sent.kind !== "accepted") return refuseMessage(doing, { request, loop: driven.loop, text, clientId }, sent)
        return showSent(doing, request, driven.loop)
      },
      raw,
    )
    .post(
      paths.loopStop,
      async ({ request, params }) => {
        const driven = await loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        await work.stop(driven.loop)
        return done(request, driven.loop)
      },
      raw,
    )
    .post(
      paths.loopContinue,
      async ({ request, params }) => {
        const driven = await loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        await work.goOn(driven.loop, agentOutcomes(visitorOf(request).locale).continueText)
        return done(request, driven.loop)
      },
      raw,
    )
    .post(
      paths.loopMode,
      async ({ request, params }) => {
        const driven = await loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const form = await readForm(request, ModeForm)
        if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
        await work.setMode(driven.loop, form.value.mode)
        return done(request, driven.loop)
      },
      raw,
    )
    .post(
      paths.loopAsk,
      async ({ request, params }) => {
        const driven = await loops.forDriver(params.id, userOf(request))
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const form = await readForm(request, AnswerForm, { maxBytes: largestForm })
        if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
        const { actor } = await doing.runner.of(driven.loop.record.id)
        const answer = parseAnswer(form.value, actor.history.asks.get(params.ask)?.asked)
        if (!answer)
          return refuseAnswer(doing, request, {
            kind: actor.history.asks.has(params.ask) ? "wrong-answer" : "no-such-ask",
          })
        const outcome = await work.answer(driven.loop, params.ask, answer)
        return outcome.kind === "answered" ? done(request, driven.loop) : refuseAnswer(doing, request, outcome)
      },
      raw,
    )
}

function queueRoutes(doing: Doing) {
  const { work, needs } = doing
  const drive = (request: Request, id: string) => needs.loops.forDriver(id, userOf(request))
  return new Elysia({ name: "agent-queue" })
    .post(
      paths.loopQueued,
      async ({ request, params }) => {
        const form = await readForm(request, QueuedForm, { maxBytes: largestForm })
        if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
        const driven = await drive(request, params.id)
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const { text } = form.value
        const outcome = await work.edit(driven.loop, numberOf(params.seq), text)
        return outcome.kind === "changed"
          ? done(request, driven.loop)
          : refuseQueued(doing, { request, loop: driven.loop, text }, outcome)
      },
      raw,
    )
    .post(
      paths.loopQueuedRemove,
      async ({ request, params }) => {
        const driven = await drive(request, params.id)
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const outcome = await work.remove(driven.loop, numberOf(params.seq))
        return outcome.kind === "changed"
          ? done(request, driven.loop)
          : refuseQueued(doing, { request, loop: driven.loop }, outcome)
      },
      raw,
    )
    .post(
      paths.loopQueuedMove,
      async ({ request, params }) => {
        const driven = await drive(request, params.id)
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const outcome = await work.moveUp(driven.loop, numberOf(params.seq))
        return outcome.kind === "changed"
          ? done(request, driven.loop)
          : refuseQueued(doing, { request, loop: driven.loop }, outcome)
      },
      raw,
    )
    .post(
      paths.loopQueuedNow,
      async ({ request, params }) => {
        const driven = await drive(request, params.id)
        if (driven.kind !== "driven") return refuseDriver(doing, request, driven)
        const outcome = await work.sendNow(driven.loop, numberOf(params.seq))
        return outcome.kind === "changed"
          ? done(request, driven.loop)
          : refuseQueued(doing, { request, loop: driven.loop }, outcome)
      },
      raw,
    )
}

/** Zero is nobody's number. */
const numberOf = (text: string): number => Seq.safeParse(text).data ?? 0

const readerOf = ({ needs }: Doing, request: Request) => ({ locale: visitorOf(request).locale, now: needs.clock.now() })
