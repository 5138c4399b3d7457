import { expect, test } from "bun:test"
import { testClock, testIds } from "../testing/clock.ts"
import { person, testLoops } from "../testing/loops.ts"
import { shelvesWorld } from "../testing/shelves.ts"
import { createGitHost } from "../repos/index.ts"
import { serveInside } from "./inside-door.ts"

const alice = person("alice")

/** A loop of alice's, and what its sandbox is answered. */
async function world() {
  const [here, repositories] = [await testLoops(), await shelvesWorld()]
  const created = await here.loops.create({ clientId: "one", title: "Plan", visibility: "workspace" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  await here.told("loop.ready", created.loop)
  const gitHost = createGitHost({
    ...{ shelves: repositories.shelves, repos: here.repos, git: repositories.git, clock: testClock(), ids: testIds() },
    isGated: () => false,
  })
  const needs = { loops: here.loops, gitHost, gateway: { serve: async () => new Response("a model") } }
  const ask = async (path: string) => {
    const answer = await serveInside(needs, created.loop, new Request(`http://localhost${path}`))
    return { code: answer.status, said: await answer.text() }
  }
  return {
    ...{ here, repositories, ask, loop: created.loop },
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]()
      await repositories[Symbol.asyncDispose]()
    },
  }
}

const pushing = "/git/notes.git/info/refs?service=git-receive-pack"

test("a loop reaches models and the repositories, and personal is its driver's", async () => {
  await using at = await world()
  expect(await at.ask("/v1/models")).toEqual({ code: 200, said: "a model" })
  expect((await at.ask(pushing)).said).toContain("refs/heads/main")
  expect((await at.ask("/git/personal.git/info/refs?service=git-upload-pack")).code).toBe(200)
  expect((await at.repositories.shelves.open({ context: "personal", user: alice.name })).folder).toEndWith(
    "/personal-alice.git",
  )
  expect((await at.ask("/git/personal-bob.git/info/refs?service=git-upload-pack")).code).toBe(404)
  expect((await at.ask("/git/../../etc/passwd")).said).not.toContain("root:")
})

test("a loop that rests fetches, and is told what to do before it can push", async () => {
  await using at = await world()
  const check = async (words: string) =>
    expect(await at.ask(pushing)).toEqual({ code: 403, said: expect.stringContaining(words) })
  await at.here.loops.change(at.loop, (record) => ({
    ...record,
    state: { kind: "offered", by: alice.name, since: record.createdAt },
  }))
  await check("offered to somebody else")
  await at.here.loops.change(at.loop, (record) => ({ ...record, state: { kind: "driven" } }))
  expect((await at.ask(pushing)).code).toBe(200)
  await at.here.loops.archive(at.loop, alice)
  await check("this loop is archived")
  expect((await at.ask("/git/notes.git/info/refs?service=git-upload-pack")).code).toBe(200)
  await at.here.loops.delete(at.loop, alice)
  await at.here.told("loop.deleted", at.loop)
  await check("this loop is deleted")
})
