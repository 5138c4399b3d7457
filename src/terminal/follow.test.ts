import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { systemClock } from "../platform/clock.ts"
import { admit } from "../platform/http/visitor.ts"
import { readStream } from "../testing/agent-pages.tsx"
import { until } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"
import { terminalWorld } from "../testing/terminal-world.ts"
import { followTabs } from "./follow.tsx"
import type { TerminalRecord } from "./terminal.ts"

const streamOf = async (w: Awaited<ReturnType<typeof terminalWorld>>) => {
  const { body } = await w.client.get(urls.loopTerminalEvents(w.loop.record.id))
  if (!body) throw new Error("no stream")
  return readStream(body)
}

test("tabs that came between a page and its stream are shown, and those that come later, by whomever", async () => {
  await using w = await terminalWorld()
  await w.terminals.open(w.loop)
  await using stream = await streamOf(w)
  await stream.shows("Terminal 2")
  await w.terminals.rename(w.loop, w.terminal.id, "logs")
  await stream.shows("logs")
})

test("a member's stream ends as soon as nothing is shared with him any more", async () => {
  await using w = await terminalWorld()
  await w.terminals.share(w.loop, w.terminal.id, true)
  w.as.user = person("bob")
  await using stream = await streamOf(w)
  await stream.shows("Terminal 1")
  await w.terminals.share(w.loop, w.terminal.id, false)
  await stream.ended
})

test("a look at the tabs that takes long does not put back what a later one has shown", async () => {
  await using w = await terminalWorld()
  const request = new Request("http://localhost/")
  admit(request, { user: person("alice"), locale: "en", theme: "system", requestId: "1" })
  const looks: PromiseWithResolvers<TerminalRecord[]>[] = []
  const seen = () => {
    const look = Promise.withResolvers<TerminalRecord[]>()
    looks.push(look)
    return look.promise
  }
  const { loop, terminal, rights, onlookers, background } = w
  const needs = { loops: w.loops.loops, terminals: { seen }, rights, onlookers, background, clock: systemClock }
  const { body } = followTabs(needs, { request, loop }, null)
  if (!body) throw new Error("no stream")
  await using stream = readStream(body)
  onlookers.tell(loop.record.id)
  await until("both look", () => looks.length === 2)
  looks[1]?.resolve([{ ...terminal, name: "new" }])
  await stream.shows("new")
  looks[0]?.resolve([{ ...terminal, name: "old" }])
  onlookers.tell(loop.record.id)
  looks[2]?.resolve([{ ...terminal, name: "newest" }])
  await stream.shows("newest")
  expect(stream.frames.filter(({ html }) => html.includes("old"))).toEqual([])
})
