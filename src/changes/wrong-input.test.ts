import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf } from "../testing/html.ts"

test("a review that is too long to send says how long it is and how long it may be, and all its comments stay", async () => {
  await using w = await changesWorld()
  const remark = { sight: "", path: "new.txt", first: "1", last: "1", text: "?".repeat(1_500) }
  for (const _ of [1, 2]) expect((await w.alice.post(urls.loopComments(w.loop), remark)).status).toBe(303)
  const send = () => w.alice.post(urls.loopReview(w.loop), { sight: "", clientId: "review" })
  const refused = await send()
  expect(refused.status).toBe(409)
  const page = await pageOf(refused)
  expect(page.one(".changes-notice.is-error p").text).toMatch(
    /together the comments have 3,\d{3} characters, and one message may have 1,000\./,
  )
  expect(page.all(".review-comment")).toHaveLength(2)
  expect(w.agent.sent).toEqual([])
  w.agent.most = 100_000
  expect((await send()).status).toBe(303)
  expect(w.agent.sent.map(({ text }) => text.split("?").length)).toEqual([3_001])
  expect((await pageOf(await w.alice.get(urls.loopChanges(w.loop)))).all(".review-comment")).toEqual([])
})

test("no deed, no turn and no way to look but the page's own are taken, and nothing is done", async () => {
  await using w = await changesWorld()
  const { alice, loop } = w
  for (const deed of ["", "skip", "abort\n", "continue abort"])
    expect([deed, (await alice.post(urls.loopUnderWay(loop), { deed })).status]).toEqual([deed, 422])
  expect((await alice.post(urls.loopUnderWay(loop))).status).toBe(422)
  for (const turn of ["", "newest", "turn_1", "../HEAD", "--all", "x".repeat(10_000)]) {
    const answer = await alice.post(urls.loopTurnBack(loop), { turn })
    expect([turn, answer.status]).toEqual([turn, 409])
    expect((await pageOf(answer)).one(".changes-notice.is-error p").text).toStartWith("Nothing is kept of this turn")
  }
  for (const look of [
    { compare: "all" },
    { turn: "turn_1" },
    { commit: "--output=x" },
    { file: "../x" },
    { line: "1e99" },
  ]) {
    const page = urls.loopChanges(loop, look)
    for (const path of [page, page.replace("/changes", "/changes/events")])
      expect([path, (await alice.get(path)).status]).toEqual([path, 422])
  }
  const looked = await alice.post(urls.loopTurnLook(loop), { sight: "turn=--all&file=../x" })
  expect([looked.status, looked.headers.get("location")]).toEqual([303, urls.loopChanges(loop, { said: "done" })])
})

test("a form that says what cannot be chosen is refused, and everything stays as it is", async () => {
  await using w = await changesWorld()
  const { alice, loop } = w
  const nowhere = ["", "../x", "/etc/passwd", ".git/../../x"]
  const wrong: [address: string, form: Record<string, string>, status: number][] = [
    ...[urls.loopStage(loop), urls.loopUnstage(loop), urls.loopDiscard(loop)].flatMap((address) =>
      nowhere.map((path): [string, Record<string, string>, number] => [address, { path }, 409]),
    ),
    [urls.loopDiscard(loop), { path: "new.txt", hunk: "--hard" }, 409],
    [urls.loopDiscard(loop), { path: "new.txt", hunk: "x", picking: "x" }, 422],
    ...["", "../HEAD", "--all", "1-zz"].map((undo): [string, Record<string, string>, number] => [
      urls.loopUndo(loop),
      { undo },
      409,
    ]),
    ...["0", "-1", "1.5", "x", "1e10"].map((first): [string, Record<string, string>, number] => [
      urls.loopComments(loop),
      { path: "new.txt", first, last: "1", text: "?" },
      422,
    ]),
    [urls.loopComments(loop), { path: "new.txt", first: "1", last: "1", text: "?", side: "both" }, 422],
    [urls.loopRemote(loop), { deed: "push --force" }, 422],
  ]
  for (const [address, form, status] of wrong) {
    const answer = await alice.post(address, form)
    expect([address, form, answer.status]).toEqual([address, form, status])
  }
  for (const query of [{ skip: -1 }, { skip: "x" }, { text: "x".repeat(201) }, { author: "x".repeat(201) }]) {
    const fields = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))
    const { status } = await alice.get(`${urls.loopHistory(loop)}?${fields.toString()}`)
    expect([query, status]).toEqual([query, 422])
  }
  const page = await pageOf(await alice.get(urls.loopChanges(loop)))
  expect(page.all(".change-list .change-row")).toHaveLength(1)
  expect(page.all(".undo .change-row")).toEqual([])
  expect(page.all(".review-comment")).toEqual([])
})
