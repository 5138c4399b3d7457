import { expect, test } from "bun:test"
import { allCells, ask, askForNothing, type Found, verdictIn } from "../testing/cells.ts"
import { testClock } from "../testing/clock.ts"
import { permissions } from "../testing/permissions.ts"
import { roleWorld } from "../testing/role-world.ts"
import { everybody, everyLoop, mayKnow, verdictOf } from "../testing/roles.ts"
import { testApp } from "../testing/test-app.ts"

/** The whole matrix is asked once; the tests look at the answers. */
const matrix = (async () => {
  await using world = await roleWorld({ app: { clock: testClock() } })
  const found: Found[] = []
  const nothing = new Map<string, string>()
  for (const cell of allCells()) {
    found.push(await ask(world, cell))
    const key = nameOf({ ...cell, subject: {} })
    if (cell.expected === "nothing" && cell.subject.loop && !nothing.has(key))
      nothing.set(key, withoutNumbers(await askForNothing(world, cell)))
  }
  return { found, nothing, home: world.home }
})()

function nameOf({ route, actor, subject, carrier }: Found["cell"]): string {
  return [route, actor, subject.loop ?? subject.provider ?? "", carrier].join(" · ")
}

/** What differs between any two answers: the request's number, and the address that was asked for. */
function withoutNumbers(body: string): string {
  return body.replace(/"request":"[0-9a-f]+"/, "").replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
}

test("every route and socket of the program declares what it needs, and no other is declared", async () => {
  await using world = await testApp()
  const routes = world.app.routes.map(({ method, path }) => `${method} ${path}`)
  expect(Object.keys(permissions).sort()).toEqual(routes.sort())
})

test("the route matrix has no difference for pages, fragments, programs and streams", async () => {
  const { found } = await matrix
  const differences = found.flatMap((one) => {
    const verdict = verdictIn(one)
    return verdict === one.cell.expected ? [] : [`${nameOf(one.cell)}: ${one.cell.expected} expected, ${verdict}`]
  })
  expect(differences).toEqual([])
  console.log(`cells ${found.length}, refused ${found.filter(({ cell }) => cell.expected !== "in").length}`)
}, 120_000)

test("whoever is refused changes nothing on disk", async () => {
  const { found } = await matrix
  const refused = found.filter(({ cell, before }) => cell.expected !== "in" && before !== "")
  expect(refused.length).toBeGreaterThan(1_000)
  expect(refused.filter(({ before, after }) => before !== after).map(({ cell }) => nameOf(cell))).toEqual([])
})

test("nobody is sent a title or a word of a loop that he may not read", async () => {
  const { found } = await matrix
  const outside = found.filter(({ cell }) => cell.subject.loop && !mayKnow(cell.actor, cell.subject.loop))
  expect(outside.length).toBeGreaterThan(1_000)
  const leaks = outside.filter(({ body, location, loop }) =>
    loop?.secrets.some((secret) => body.includes(secret) || location.includes(secret)),
  )
  expect(leaks.map(({ cell }) => nameOf(cell))).toEqual([])
})

test("a loop that somebody may not see is told exactly like one that is not there", async () => {
  const { found, nothing } = await matrix
  const hidden = found.filter(({ cell }) => cell.expected === "nothing" && cell.subject.loop)
  expect(hidden.length).toBeGreaterThan(500)
  const differing = hidden.filter(
    ({ cell, body }) => withoutNumbers(body) !== nothing.get(nameOf({ ...cell, subject: {} })),
  )
  expect(differing.map(({ cell }) => nameOf(cell))).toEqual([])
})

test("no refusal tells where anything lies or what failed inside", async () => {
  const { found, home } = await matrix
  const refusals = found.filter(({ status }) => status >= 400)
  const telling = refusals.filter(({ body }) => body.includes(home) || /\.tsx?:\d|node_modules|\bat \w+ \(/.test(body))
  expect(telling.map(({ cell }) => nameOf(cell))).toEqual([])
})

test("the rules tell people apart: every one of them is refused something, and everything is refused somebody", () => {
  for (const actor of everybody) {
    const verdicts = everyLoop.map((loop) => verdictOf("drive", actor, { loop }))
    expect([actor, verdicts.every((verdict) => verdict === "in")]).toEqual([actor, false])
  }
  for (const [route, { needs }] of Object.entries(permissions)) {
    if (needs === "anybody") continue
    expect([route, verdictOf(needs, "anonymous", { loop: "open" })]).toEqual([route, "entrance"])
  }
})
