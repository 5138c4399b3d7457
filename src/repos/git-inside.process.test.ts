import { expect, test } from "bun:test"
import type { Box } from "../sandbox/index.ts"
import { gitHostWorld, ownLoop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"

const noSuch = () => new Response("There is nothing here.", { status: 404 })

async function inside(box: Box, ...argv: [string, ...string[]]) {
  const done = await box.capture({ argv, env: { GIT_TERMINAL_PROMPT: "0" } })
  return { code: done.code, said: `${done.stdout}${done.stderr}` }
}

test("from inside a sandbox git clones, pushes notes, and offers knowledge as a proposal when main refuses", async () => {
  await using here = await gitHostWorld()
  const asker = { kind: "loop", loop: ownLoop, user: userName("alice"), rests: async () => undefined } as const
  await using world = await sandboxWorld({
    serveGateway: async (_loop, request) => (await here.host.serve(asker, request)) ?? noSuch(),
  })
  const box = await world.started(await world.spec({ network: "gateway-only" }))
  const server = "http://127.0.0.1:4180/git"
  const run = async (...argv: [string, ...string[]]) => {
    const done = await inside(box, ...argv)
    expect([argv, done.code, done.said]).toEqual([argv, 0, expect.anything()])
  }
  const at = "/home/loopat"
  for (const name of ["notes", "knowledge", "personal"])
    await run("git", "clone", `${server}/${name}.git`, `${at}/${name}`)

  await run("sh", "-c", `echo "- a thought" >>${at}/notes/inbox.md`)
  await run("git", "-C", `${at}/notes`, "add", "--all")
  await run("git", "-C", `${at}/notes`, "commit", "-m", "A thought")
  await run("git", "-C", `${at}/notes`, "push", "origin", "HEAD:main")
  const notes = await here.shelves.open({ context: "notes" })
  const paths = (await notes.files((await notes.resolve()) ?? "")).map(({ path }) => path)
  expect(paths).toContain("inbox.md")

  const knowledge = `${at}/knowledge`
  await run("git", "-C", knowledge, "checkout", "-b", `loop/${ownLoop}`)
  await run("git", "-C", knowledge, "commit", "--allow-empty", "-m", "A page")
  const refused = await inside(box, "git", "-C", knowledge, "push", "origin", "HEAD:main")
  expect(refused.code).not.toBe(0)
  expect(refused.said).toContain("remote: loopat: knowledge is reviewed before it changes")
  const [, next = ""] = /Run: (git push origin \S+)/.exec(refused.said) ?? []
  await run("sh", "-c", `cd ${knowledge} && ${next}`)
  await run("git", "-C", knowledge, "push", "origin", "HEAD")
  const shelf = await here.shelves.open({ context: "knowledge" })
  expect((await shelf.branches("loop/")).map(({ name }) => name)).toEqual([`loop/${ownLoop}`])

  // Two megabytes arrive whole, in pieces of whatever size the way in has.
  await run("sh", "-c", `head -c 2000000 /dev/urandom >${at}/notes/noise.bin`)
  await run("git", "-C", `${at}/notes`, "add", "--all")
  await run("git", "-C", `${at}/notes`, "commit", "-m", "Noise")
  await run("git", "-C", `${at}/notes`, "push", "origin", "HEAD:main")
})
