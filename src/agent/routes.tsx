import { Elysia } from "elysia"
import { EarlierEntries } from "../../views/components/conversation.tsx"
import { LoopPage } from "../../views/pages/loop.tsx"
import { paths } from "../lib/urls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import { asDriver, asDriverWith, asViewer, type DrivenLoop, streamLoop, type ViewedLoop } from "../loops/index.ts"
import { parseAnswer } from "./answer-form.ts"
import { attachmentRoutes } from "./attachment-routes.ts"
import { createAttachments } from "./attachments.ts"
import { follow } from "./follow.ts"
import { createLooks, viewerKind } from "./looks.tsx"
import { createBlobs } from "./oversize.ts"
import { earlierPage, loopPage, preparedText } from "./page.ts"
import { takeMessage } from "./message-replies.ts"
import { done, refuseAnswer, refuseQueued } from "./replies.tsx"
import { AnswerForm, type Doing, largestForm, ModeForm, QueuedForm, Seq } from "./route-needs.ts"
import { topicOf } from "./runner.ts"
import { suggestionRoutes } from "./suggestion-routes.tsx"
import type { Queued } from "./work.ts"

/** A loop's own page: the conversation, its stream, and what the driver does with the agent. */
export const agentRoutes = (doing: Doing) =>
  new Elysia({ name: "agent" })
    .use(readingRoutes(doing))
    .use(speakingRoutes(doing))
    .use(queueRoutes(doing))
    .use(suggestionRoutes(doing))
    .use(attachmentRoutes(doing))

function readingRoutes(doing: Doing) {
  const { loops, disk } = doing.needs
  const blobs = createBlobs(disk, loops)
  const { showProblem } = doing
  const looking = (request: Request, id: string, then: (loop: ViewedLoop) => Promise<Response>) =>
    asViewer({ loops, showProblem }, { request, id }, then)
  return new Elysia({ name: "agent-reading" })
    .get(paths.loop, ({ request, params: { id }, query }) =>
      looking(request, id, async (loop) =>
        htmlPage(<LoopPage page={await loopPage(doing, { request, loop }, preparedText(request, query["ask"]))} />, {
          diagrams: true,
        }),
      ),
    )
    .get(paths.loopMessages, ({ request, params: { id }, query }) =>
      looking(request, id, async (loop) => {
        const before = Seq.safeParse(query["before"])
        if (!before.success) return showProblem({ status: 422, code: "invalid" }, request)
        const earlier = await earlierPage(doing, { request, loop }, before.data)
        if (isFragment(request)) return htmlFragment(<EarlierEntries {...earlier} reader={readerOf(doing, request)} />)
        const page = await loopPage(doing, { request, loop })
        return htmlPage(<LoopPage page={{ ...page, ...earlier, streamUrl: undefined }} />, { diagrams: true })
      }),
    )
    .get(paths.loopBlob, ({ request, params: { id, name } }) =>
      looking(request, id, async (loop) => {
        const path = await blobs.pathOf(loop.record.id, name)
        return path === undefined ? showProblem({ status: 404, code: "no-such-text" }, request) : plainFile(path)
      }),
    )
    .get(paths.loopEvents, ({ request, params: { id }, query, server }) =>
      looking(request, id, async (loop) => {
        const last = request.headers.get("last-event-id")
        const after = Seq.safeParse(last ?? query["after"]).data ?? 0
        return openStream(doing, { request, server, loop, after, again: last !== null })
      }),
    )
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
  const { needs, runner } = doing
  const id = loop.record.id
  const { locale, formToken } = visitorOf(request)
  const post = await runner.of(id)
  await post.actor.context.load()
  post.spent ??= await needs.gateway.usageOfLoop(id)
  const kind = viewerKind(locale, loop.drives, formToken)
  const topic = topicOf(id)
  return streamLoop({ ...doing, loops: needs.loops }, { request, server, loop }, (viewer, stillAllowed) => {
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
    return () => {
      post.actor.viewersChanged()
      runner.release(id)
    }
  })
}

function speakingRoutes(doing: Doing) {
  const { work, needs } = doing
  const driver = driverNeeds(doing)
  const attachments = createAttachments(needs.disk, needs.loops)
  return new Elysia({ name: "agent-speaking" })
    .post(
      paths.loopMessages,
      ({ request, params: { id } }) =>
        asDriver(driver, { request, id }, (loop) => takeMessage(doing, { request, loop, attachments })),
      raw,
    )
    .post(
      paths.loopStop,
      ({ request, params: { id } }) =>
        asDriver(driver, { request, id }, async (loop) => {
          await work.stop(loop)
          return done(request, loop)
        }),
      raw,
    )
    .post(
      paths.loopShellStop,
      ({ request, params: { id, run } }) =>
        asDriver(driver, { request, id }, async (loop) => {
          doing.shells.stop(loop.record.id, run)
          return done(request, loop)
        }),
      raw,
    )
    .post(
      paths.loopContinue,
      ({ request, params: { id } }) =>
        asDriver(driver, { request, id }, async (loop) => {
          await work.goOn(loop, agentOutcomes(visitorOf(request).locale).continueText)
          return done(request, loop)
        }),
      raw,
    )
    .post(
      paths.loopMode,
      ({ request, params: { id } }) =>
        asDriverWith(driver, { request, id, form: ModeForm }, async ({ mode }, loop) => {
          await work.setMode(loop, mode)
          return done(request, loop)
        }),
      raw,
    )
    .post(
      paths.loopAsk,
      ({ request, params: { id, ask } }) =>
        asDriverWith(driver, { request, id, form: AnswerForm, maxBytes: largestForm }, async (form, loop) => {
          const { asks } = (await doing.runner.of(loop.record.id)).actor.history
          const answer = parseAnswer(form, asks.get(ask)?.asked)
          if (!answer) return refuseAnswer(doing, request, { kind: asks.has(ask) ? "wrong-answer" : "no-such-ask" })
          const outcome = await work.answer(loop, ask, answer)
          return outcome.kind === "answered" ? done(request, loop) : refuseAnswer(doing, request, outcome)
        }),
      raw,
    )
}

const driverNeeds = ({ needs, showProblem }: Doing) => ({ loops: needs.loops, clock: needs.clock, showProblem })

interface QueuedDeed {
  request: Request
  params: { id: string; seq: string }
  /** What was typed, to be shown again. */
  text?: string
  deed(loop: DrivenLoop, message: number): Promise<Queued>
}

function queueRoutes(doing: Doing) {
  const { work } = doing
  const driver = driverNeeds(doing)
  const change = ({ request, params: { id, seq }, text, deed }: QueuedDeed) =>
    asDriver(driver, { request, id }, async (loop) => {
      const outcome = await deed(loop, numberOf(seq))
      if (outcome.kind === "changed") return done(request, loop)
      return refuseQueued(doing, { request, loop, ...(text !== undefined && { text }) }, outcome)
    })
  return new Elysia({ name: "agent-queue" })
    .post(
      paths.loopQueued,
      async ({ request, params }) => {
        const form = await readForm(request, QueuedForm, { maxBytes: largestForm })
        if (form.kind !== "valid") return doing.showProblem(formProblem(form), request)
        const { text } = form.value
        return change({ request, params, text, deed: (loop, message) => work.edit(loop, message, text) })
      },
      raw,
    )
    .post(paths.loopQueuedRemove, ({ request, params }) => change({ request, params, deed: work.remove }), raw)
    .post(paths.loopQueuedMove, ({ request, params }) => change({ request, params, deed: work.moveUp }), raw)
    .post(paths.loopQueuedNow, ({ request, params }) => change({ request, params, deed: work.sendNow }), raw)
}

/** Zero is nobody's number. */
const numberOf = (text: string): number => Seq.safeParse(text).data ?? 0

const readerOf = ({ needs }: Doing, request: Request) => ({ locale: visitorOf(request).locale, now: needs.clock.now() })
