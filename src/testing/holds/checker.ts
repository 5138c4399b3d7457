import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { agentOutcomes } from "../../lib/i18n/agent-outcomes.ts"
import { urls } from "../../lib/urls.ts"
import { type EventOf, LoopRecord, type TranscriptEvent } from "../../loops/index.ts"
import { readHtml } from "../html.ts"
import { type BookedLoop, type BookedMessage, readTranscript } from "./book.ts"
import type { ListeningModel } from "./listening-model.ts"
import type { Person } from "./person.ts"

export interface Verdict {
  lost: string[]
  doubled: string[]
  /** Anything else that must never be: gaps, wrong order, turns without an end. */
  wrong: string[]
  turns: { done: number; interrupted: number; failed: number }
}

export interface CheckNeeds {
  home: string
  person: Person
  model: Pick<ListeningModel, "conversation">
}

/** Compares what was accepted in a loop that rests with its files, its page, its stream and the model's conversation. */
export async function checkLoop(loop: BookedLoop, needs: CheckNeeds): Promise<Verdict> {
  const verdict: Verdict = { lost: [], doubled: [], wrong: [], turns: { done: 0, interrupted: 0, failed: 0 } }
  const events = await readTranscript(needs.home, loop.id)
  checkNumbers(events, loop, verdict)
  checkMessages(events, loop, verdict)
  checkTurns(events, loop, verdict)
  checkAnswers(events, loop, verdict)
  await checkEffects(events, loop, { needs, verdict })
  await checkRecord(loop, needs.home, verdict)
  checkConversation(events, loop, { heard: needs.model.conversation(loop.name), verdict })
  const expected = events.flatMap((event) => (event.kind === "user-message" ? [event.clientId] : []))
  compareOrder(await shownOnPages(loop, needs.person), expected, { where: `pages of ${loop.name}`, verdict })
  compareOrder(await shownByStream(loop, needs.person, events.at(-1)?.seq ?? 0), expected, {
    where: `stream of ${loop.name}`,
    verdict,
  })
  return verdict
}

const isMessage = (event: TranscriptEvent): event is EventOf<"user-message"> => event.kind === "user-message"
const isStart = (event: TranscriptEvent): event is EventOf<"turn-started"> => event.kind === "turn-started"
const isEnd = (event: TranscriptEvent): event is EventOf<"turn-finished"> | EventOf<"turn-failed"> =>
  event.kind === "turn-finished" || event.kind === "turn-failed"

function checkNumbers(events: readonly TranscriptEvent[], { name }: BookedLoop, { wrong, doubled }: Verdict): void {
  for (const [index, { seq }] of events.entries())
    if (seq !== index + 1) wrong.push(`${name}: line ${index + 1} has number ${seq}`)
  const uuids = events.flatMap((event) => {
    const uuid = event.kind === "agent" ? event.message["uuid"] : undefined
    return typeof uuid === "string" ? [uuid] : []
  })
  for (const uuid of repeated(uuids)) doubled.push(`${name}: agent message ${uuid}`)
}

function checkMessages(events: readonly TranscriptEvent[], { name, messages }: BookedLoop, verdict: Verdict): void {
  const lines = events.filter(isMessage)
  const booked = new Map(messages.map((message) => [message.clientId, message]))
  const goOns = new Set([agentOutcomes("en").continueText, agentOutcomes("zh").continueText])
  for (const line of lines) {
    const message = booked.get(line.clientId)
    if (!message && !goOns.has(line.text)) verdict.wrong.push(`${name}: nobody sent ${line.text.slice(0, 60)}`)
    if (message && !textOf(line, events).every((text) => message.texts.includes(text) || text === line.text))
      verdict.wrong.push(`${name}: ${message.mark} says something else`)
  }
  const own = lines.filter(({ clientId }) => booked.has(clientId)).map(({ clientId }) => clientId)
  compareOrder(
    own,
    messages.map(({ clientId }) => clientId),
    { where: `transcript of ${name}`, verdict },
  )
}

/** The last change of a line, if any. One that was written after its turn had begun was refused and counts for nothing. */
const textOf = (line: EventOf<"user-message">, events: readonly TranscriptEvent[]): string[] => {
  const begun = events.find((event) => isStart(event) && event.messages.includes(line.seq))?.seq
  const edits = events.flatMap((event) =>
    event.kind === "queue-changed" && event.message === line.seq && event.seq < (begun ?? Number.POSITIVE_INFINITY)
      ? (event.text ?? [])
      : [],
  )
  return edits.slice(-1)
}

function checkTurns(events: readonly TranscriptEvent[], { name, archived }: BookedLoop, verdict: Verdict): void {
  let open: string | null = null
  for (const event of events) {
    if (isStart(event) && open !== null)
      verdict.wrong.push(
        `${name}: ${event.turn} began inside ${open}, in\n${shortly(events.slice(Math.max(0, event.seq - 40), event.seq + 5))}`,
      )
    if (isStart(event)) open = event.turn
    if (!isEnd(event)) continue
    // A start that fails ends a turn which never began: its message waits on.
    if (open === null && event.kind === "turn-finished") verdict.wrong.push(`${name}: ${event.turn} ended twice`)
    open = null
    verdict.turns[event.kind === "turn-failed" ? "failed" : event.outcome]++
  }
  if (open !== null) verdict.wrong.push(`${name}: ${open} never ended`)
  const started = events.filter(isStart).flatMap(({ messages }) => messages)
  // A turn that failed is tried again with the same message when a person asks for it; the model hears it once.
  const failed = new Set(events.flatMap((event) => (event.kind === "turn-failed" ? [event.turn] : [])))
  const counting = events.filter(isStart).filter(({ turn }) => !failed.has(turn))
  for (const seq of repeated(counting.flatMap(({ messages }) => messages)))
    verdict.doubled.push(`${name}: two turns began with message ${seq}`)
  const left = events.filter((event) => isMessage(event) && !started.includes(event.seq))
  if (!archived) verdict.lost.push(...left.map(({ seq }) => `${name}: no turn began with message ${seq}`))
}

function checkAnswers(events: readonly TranscriptEvent[], { name, answered }: BookedLoop, verdict: Verdict): void {
  const given = events.flatMap((event) => (event.kind === "answered" ? [event] : []))
  for (const ask of repeated(given.map(({ ask }) => ask))) verdict.doubled.push(`${name}: answer to ${ask}`)
  for (const ask of answered)
    if (!given.some((one) => one.ask === ask && one.decision === "answer"))
      verdict.lost.push(`${name}: answer to ${ask}`)
}

async function checkEffects(
  events: readonly TranscriptEvent[],
  { name, id, messages }: BookedLoop,
  { needs, verdict }: { needs: CheckNeeds; verdict: Verdict },
): Promise<void> {
  const text = await readFile(join(needs.home, "loops", id, "workdir/effects.txt"), "utf8").catch(() => "")
  const lines = text.split("\n").filter(Boolean)
  for (const line of repeated(lines)) verdict.doubled.push(`${name}: the command of ${line} ran twice`)
  for (const message of messages) {
    const { mark, effect, clientId } = message
    if (effect && wasDone(clientId, events) && !lines.includes(mark))
      verdict.lost.push(`${name}: the effect of ${mark}, in\n${shortly(around(message, events))}`)
  }
}

/** From a message on, what may explain what became of it. */
function around({ clientId }: BookedMessage, events: readonly TranscriptEvent[]): readonly TranscriptEvent[] {
  const from = events.findIndex((event) => isMessage(event) && event.clientId === clientId)
  return events.slice(from, from + 60)
}

/** Lines of a transcript, for whoever has to find out what happened. */
export const shortly = (events: readonly TranscriptEvent[]): string =>
  events.map((event) => JSON.stringify(event).slice(0, 400)).join("\n")

/** The turn that began with this message ended well. */
function wasDone(clientId: string, events: readonly TranscriptEvent[]): boolean {
  const seq = events.find((event) => isMessage(event) && event.clientId === clientId)?.seq ?? 0
  const turn = events.find((event) => isStart(event) && event.messages.includes(seq))?.turn
  return events.some((event) => event.kind === "turn-finished" && event.turn === turn && event.outcome === "done")
}

async function checkRecord({ name, id, titles, archived }: BookedLoop, home: string, verdict: Verdict): Promise<void> {
  const record = LoopRecord.parse(JSON.parse(await readFile(join(home, "loops", id, "meta.json"), "utf8")))
  if (titles && !titles.includes(record.title)) verdict.lost.push(`${name}: its title, which is ${record.title}`)
  if ((record.state.kind === "archived") !== archived)
    verdict.lost.push(`${name}: archived, it is ${record.state.kind}`)
}

/** Each message at most once, in order; and each whose turn was done before the newest one is there. */
function checkConversation(
  events: readonly TranscriptEvent[],
  { name, messages }: BookedLoop,
  { heard, verdict }: { heard: readonly string[]; verdict: Verdict },
): void {
  const anew = events.some((event) => event.kind === "notice" && event.code === "memory-lost")
  const at = (message: BookedMessage) => heard.flatMap((words, index) => (hasMark(words, message.mark) ? [index] : []))
  let before = -1
  for (const message of messages) {
    const places = at(message)
    if (places.length > 1) verdict.doubled.push(`${name}: the model heard ${message.mark} ${places.length} times`)
    if (places.length === 0 && wasDone(message.clientId, events) && !anew)
      verdict.lost.push(`${name}: the model does not know ${message.mark}, in\n${shortly(around(message, events))}`)
    const [place] = places
    if (place === undefined) continue
    if (place < before) verdict.wrong.push(`${name}: the model heard ${message.mark} in the wrong order`)
    before = place
  }
}

const hasMark = (words: string, mark: string) => words.split("\n").some((line) => line.trim() === mark)

async function shownOnPages(loop: BookedLoop, person: Person): Promise<string[]> {
  const shown: string[] = []
  for (let path: string | undefined = urls.loop(loop.id); path !== undefined;) {
    const page = readHtml(await person.read(path))
    shown.unshift(...messagesIn(page))
    path = page.all("#earlier a, .earlier a")[0]?.attributes["href"]?.replaceAll("&amp;", "&")
  }
  return shown
}

const messagesIn = (page: ReturnType<typeof readHtml>) =>
  page.all('article[data-author="user"]').map(({ attributes }) => attributes["data-client-id"] ?? "")

/** The conversation as a page would hold it that was empty and took in every frame. */
async function shownByStream(loop: BookedLoop, person: Person, last: number): Promise<string[]> {
  const shown: string[] = []
  for (const { html } of await person.replay(urls.loopEvents(loop.id), last)) {
    for (const [, target = "", swap = "", inner = ""] of html.matchAll(partial)) {
      const messages = messagesIn(readHtml(inner))
      if (swap === "beforeend" && target === "#conversation") shown.push(...messages)
    }
  }
  return shown
}

const partial = /<hx-partial hx-target="([^"]*)" hx-swap="([^"]*)">([\s\S]*?)<\/hx-partial>/g

function compareOrder(
  found: readonly string[],
  expected: readonly string[],
  { where, verdict }: { where: string; verdict: Verdict },
): void {
  for (const id of repeated(found)) verdict.doubled.push(`${where}: ${id}`)
  const missing = expected.filter((id) => !found.includes(id))
  for (const id of missing) verdict.lost.push(`${where}: ${id}`)
  const strange = found.filter((id) => !expected.includes(id))
  for (const id of strange) verdict.wrong.push(`${where}: ${id} is nobody's`)
  if (missing.length + strange.length > 0 || new Set(found).size < found.length) return
  if (found.join() !== expected.join()) verdict.wrong.push(`${where}: another order`)
}

function repeated<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))]
}
