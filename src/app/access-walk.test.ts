import { expect, test } from "bun:test"
import { Elysia } from "elysia"
import { accountsWorld, peopledWorld, showProblem } from "../testing/accounts.ts"
import { testApp } from "../testing/test-app.ts"
import { listedWithoutRoute, routesOpenToStrangers } from "../testing/walk.ts"
import { publicRoutes } from "./public-routes.ts"

/** Routes of every kind that somebody could forget to protect, mounted in the ways that frameworks get wrong. */
function forgetful() {
  const nested = new Elysia({ prefix: "/nested" }).get("/deep/:id", () => "secret").post("/deep/:id", () => "changed")
  return new Elysia()
    .get("/forgotten", () => "secret")
    .get("/static", "secret")
    .get("/events", () => new Response("data: secret\n\n"))
    .put("/loops/:id/title", () => "changed")
    .delete("/loops/:id", () => "gone")
    .all("/git/*", () => "secret")
    .ws("/socket", { message() {} })
    .use(nested)
    .mount("/mounted", () => new Response("secret"))
}

test("a route that nobody thought of turns strangers away, however it was added", async () => {
  for (const world of [await accountsWorld(), await peopledWorld()]) {
    await using w = world
    const app = w.root().use(w.accounts.routes({ showProblem })).use(forgetful())
    expect(app.routes.length).toBeGreaterThan(14)
    expect(await routesOpenToStrangers(app, publicRoutes)).toEqual([])
  }
})

test("the walk would notice: without the access hook it finds every one of these routes", async () => {
  const found = await routesOpenToStrangers(forgetful(), publicRoutes)
  const distinct = new Set(found.map((line) => line.split(" → ")[0]))
  expect([...distinct]).toEqual(
    expect.arrayContaining([
      "GET /forgotten",
      "GET /static",
      "GET /events",
      "DELETE /loops/:id",
      "GET /nested/deep/:id",
    ]),
  )
})

test("every account route that is listed as public exists", async () => {
  await using w = await accountsWorld()
  const own = publicRoutes.filter(({ path }) => /^\/(sign-in|set-up|preferences)/.test(path))
  expect(own.length).toBeGreaterThan(4)
  expect(listedWithoutRoute(w.root().use(w.accounts.routes({ showProblem })), own)).toEqual([])
})

test("every route and socket of the real program turns strangers away, unless it is listed", async () => {
  await using world = await testApp()
  const walked = { routes: world.app.routes, handle: world.app.answer }
  expect(walked.routes.length).toBeGreaterThan(30)
  expect(await routesOpenToStrangers(walked, publicRoutes)).toEqual([])
  expect(listedWithoutRoute(walked, publicRoutes)).toEqual([])
})
