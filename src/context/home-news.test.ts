import { expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import { testClient } from "../testing/client.ts"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { systemClock } from "../platform/clock.ts"
import { createLiveRights } from "../platform/http/live-rights.ts"
import { admit } from "../platform/http/visitor.ts"
import { silentLog } from "../platform/log.ts"
import { createProposals } from "../repos/index.ts"
import { userName } from "../testing/loops.ts"
import { shelvesWorld } from "../testing/shelves.ts"
import { createBooks } from "./books.ts"
import { followHome } from "./home-news.tsx"
import { newsAt, type StreamNews, streamNews } from "../testing/stream-news.ts"
import { tempFolder } from "../testing/temp-folder.ts"

type World = Awaited<ReturnType<typeof contextWorld>>

const home = (world: World) => world.read("member", contextUrls.context())
const shown = (stream: StreamNews) => readHtml(stream.news())
const events = (stream: StreamNews) => stream.news().match(/^data: /gm)?.length ?? 0

test("the first page of Context shows by itself what is committed, proposed and decided while it is open", async () => {
  await using world = await contextWorld()
  await world.save("admin", "notes", { path: "before.md", text: "x\n" })
  const stream = await streamNews(world.as("member"), await home(world))
  await world.save("admin", "notes", { path: "plan.md", text: "x\n", message: "Plan <b>lunch</b>" })
  await until("the commit is told", () => stream.news().includes("Plan"))
  const card = shown(stream)
  expect(card.one("#context-card-notes .context-recent li:first-child .cut").text).toBe("Plan <b>lunch</b>")
  // Nothing else is touched.
  expect(card.all("hx-partial").map(({ attributes }) => attributes["hx-target"])).toEqual(["#context-card-notes"])
  await world.save("member", "knowledge", { path: "tax.md", text: "x\n", message: "Raise the rate" })
  await until("the proposal is counted", () => stream.news().includes("Proposals (1)"))
  expect(stream.news()).not.toContain('id="context-card-knowledge"')
  const [proposal] = (await world.read("admin", contextUrls.proposals())).all("a.row-title")
  const page = await world.read("admin", proposal?.attributes["href"] ?? "")
  const form = Object.fromEntries(
    page.all("form[action$='/proposal/merge'] input").map(({ attributes: { name = "", value = "" } }) => [name, value]),
  )
  await world.as("admin").post(contextUrls.proposalMerge("knowledge"), form)
  await until("the merge is told", () => stream.news().includes('id="context-card-knowledge"'))
  await until("nothing waits any more", () => />\s*Proposals\s*</.test(stream.news()))
  await stream.end()
})

test("a page that missed nothing is sent nothing, and one that missed something only until it has it", async () => {
  await using world = await contextWorld()
  const [missed, current] = [await home(world), await home(world)]
  const first = await streamNews(world.as("member"), current)
  await world.save("admin", "notes", { path: "a.md", text: "x\n" })
  const late = await streamNews(world.as("member"), missed)
  for (const stream of [first, late]) await until("the commit is told", () => stream.news().includes("a.md"))
  await first.end()
  const again = await streamNews(world.as("member"), current, first)
  await world.save("admin", "notes", { path: "b.md", text: "x\n" })
  await until("only what is new is told", () => again.news().includes("b.md"))
  expect([events(first), events(late), events(again)]).toEqual([1, 2, 1])
  for (const stream of [late, again]) await stream.end()
})

test("nobody is told of what happens in somebody else's own context, nor of a context that there is not", async () => {
  await using world = await contextWorld()
  const stream = await streamNews(world.as("member"), await home(world))
  await world.save("owner", "personal", { path: "secret plan.md", text: "x\n" })
  await world.save("member", "personal", { path: "mine.md", text: "x\n" })
  await until("one's own is told", () => stream.news().includes("mine.md"))
  expect(stream.news()).not.toContain("secret")
  await stream.end()
  for (const shelf of ["", "other", "../notes"]) {
    const answer = await world.as("member").get(`${contextUrls.events()}?${new URLSearchParams({ shelf })}`)
    expect([shelf, answer.status]).toEqual([shelf, 422])
  }
})

test("the first page shows by itself that a home outside cannot be reached", async () => {
  await using folder = await tempFolder()
  await using world = await contextWorld({ config: { context: { notes: { remote: `${folder.path}/outside` } } } })
  const stream = await newsAt(world.as("member"), contextUrls.events({ seen: "another" }))
  await until("the state of now is told", () => stream.news().includes('id="context-card-notes"'))
  await world.save("admin", "notes", { path: "plan.md", text: "one\n" })
  await world.as("admin").post(outsideUrls.retry("notes"), {})
  await until("it says so", () => /id="context-card-notes"[^]*data-outside="not-outside"/.test(stream.news()))
  await stream.end()
})

test("the first page is looked at once for each change and open page, however fast changes come, and never when nobody looks", async () => {
  await using here = await shelvesWorld()
  const { shelves, background } = here
  const books = createBooks(shelves)
  const proposals = createProposals({
    ...{ shelves, background, reviewRemote: () => undefined, reviewers: () => "members" },
    ...{ peopleOf: async () => [], secrets: async () => [] },
  })
  let looks = 0
  const counted = {
    open: (...asked: Parameters<typeof books.open>) => {
      if (asked[0] === "notes") looks++
      return books.open(...asked)
    },
    openAt: books.openAt,
  }
  const needs = { shelves, background, proposals, books: counted, clock: systemClock, outsideOf: () => undefined }
  using rights = createLiveRights({ clock: systemClock, log: silentLog, isAlive: () => true })
  const notes = await shelves.open({ context: "notes" })
  const user = userName("ada")
  const author = { name: "Ada", email: "ada@example.org" }
  const commit = async (path: string) => {
    const base = (await notes.resolve()) ?? ""
    const wanted = { branch: "main", base, changes: [{ path, text: "x\n" }], author, message: path, by: { user } }
    expect((await notes.commit(wanted)).kind).toBe("committed")
  }
  const follow = async () => {
    const request = new Request("http://localhost/context/events?seen=another")
    const ada = { name: user, displayName: "Ada", role: "member", login: "login_ada" } as const
    admit(request, { user: ada, locale: "en", theme: "system", requestId: "1" })
    const handle = async () =>
      rights.stream({ request, server: null, stillAllowed: () => true }, (viewer) => followHome(needs, request, viewer))
    return newsAt(testClient({ handle }), "/context/events")
  }
  await commit("unseen.md")
  expect(looks).toBe(0)
  const [one, two] = [await follow(), await follow()]
  for (const page of [one, two]) await until("it has the first look", () => page.news().includes("unseen.md"))
  expect(looks).toBe(2)
  await commit("seen.md")
  for (const page of [one, two]) await until("it is told", () => page.news().includes("seen.md</span>"))
  const after = looks
  expect(after).toBe(4)
  for (const page of [one, two]) await page.end()
  await until("both have left", () => rights.size === 0)
  for (const path of ["a.md", "b.md", "c.md"]) await commit(path)
  expect(looks).toBe(after)
})
