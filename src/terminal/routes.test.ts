import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"
import { terminalWorld } from "../testing/terminal-world.ts"
import { mostTerminals } from "./terminal.ts"

const bob = person("bob")

test("a member who looks on has the shared terminal, who shares it, and nothing to press", async () => {
  await using w = await terminalWorld()
  const { id } = w.loop.record
  await w.terminals.open(w.loop)
  await w.client.post(urls.terminalShare(id, w.terminal.id), { share: "on" })
  const own = await pageOf(await w.client.get(urls.loopTerminal(id)))
  expect(own.one(".tty-banner[role=status]").text).toStartWith("Everybody who may see this loop sees this terminal.")
  expect(own.has('form[action*="/terminal"]')).toBe(true)
  expect(own.all(".inner-tab").map(({ text }) => text)).toEqual(["Terminal 1", "Terminal 2"])
  w.as.user = bob
  // What he asks for by its address is no reason to show it.
  const other = (await w.terminals.list(w.loop)).find((one) => one.id !== w.terminal.id)
  const page = await pageOf(await w.client.get(urls.loopTerminal(id, { tab: other?.id ?? "" })))
  expect(page.all(".inner-tab").map(({ text }) => text)).toEqual(["Terminal 1"])
  expect(page.one(".tty-banner").text).toBe("alice shares this terminal. You see it and cannot type.")
  expect(page.one("#terminal").attributes["data-socket"]).toBe(urls.terminalSocket(id, w.terminal.id))
  expect(page.has('form[action*="/terminal"]')).toBe(false)
  w.as.user = person("alice")
  await w.client.post(urls.terminalShare(id, w.terminal.id), { share: "off" })
  w.as.user = bob
  for (const path of [urls.loopTerminal(id), urls.loopTerminalEvents(id)])
    expect([path, (await w.client.get(path)).status]).toEqual([path, 403])
})

test("a share that is neither on nor off, or of a terminal that is not there, shares nothing", async () => {
  await using w = await terminalWorld()
  const { id } = w.loop.record
  const share = async (terminal: string, form: Record<string, string>) =>
    (await w.client.post(urls.terminalShare(id, terminal), form)).status
  const wrong: Record<string, string>[] = [{}, { share: "" }, { share: "yes" }, { share: "ON" }]
  for (const form of wrong) expect([form, await share(w.terminal.id, form)]).toEqual([form, 422])
  for (const terminal of ["00000000", "nonsense", "..%2f"])
    expect([terminal, await share(terminal, { share: "on" })]).toEqual([terminal, 404])
  w.as.user = bob
  expect(await share(w.terminal.id, { share: "on" })).toBe(403)
  w.as.user = person("alice")
  expect(await w.terminals.shared(w.loop)).toEqual([])
})

test("a ninth terminal of a loop is refused on its page, which says what to do", async () => {
  await using w = await terminalWorld()
  const { id } = w.loop.record
  while ((await w.terminals.open(w.loop)).kind === "opened");
  const answer = await w.client.post(urls.terminals(id))
  expect(answer.status).toBe(409)
  const page = await pageOf(answer)
  expect(page.one("[role=alert]").text).toContain(String(mostTerminals))
  expect(page.all(".inner-tab")).toHaveLength(mostTerminals)
})
