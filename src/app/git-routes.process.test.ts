import { expect, test } from "bun:test"
import { join } from "node:path"
import { cloneWith, type Answer } from "../testing/git-host.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { testApp } from "../testing/test-app.ts"

/** The whole program behind a port, with two people and their tokens. */
async function world() {
  const here = await testApp()
  const temp = await tempFolder()
  const by = { actor: "system", via: "cli" } as const
  for (const [name, role] of [
    ["root", "admin"],
    ["alice", "member"],
  ] as const) {
    const added = await here.app.people.add({ name, password: "correct horse battery", role }, by)
    if (added.kind !== "added") throw new Error(added.kind)
  }
  const token = async (name: string, ...scopes: ("git:read" | "git:write")[]) => {
    const person = here.app.people.list().find(({ id }) => id === name)
    const made = person && (await here.app.tokens.make(person.id, { label: "test", scopes }))
    if (made?.kind !== "made") throw new Error(made?.kind ?? name)
    return made
  }
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) =>
      here.app.answer(
        new Request(new URL(new URL(request.url).pathname + new URL(request.url).search, "http://localhost"), request),
      ),
  })
  const address = (secret: string, name: string) => `http://me:${secret}@127.0.0.1:${server.port}/git/${name}.git`
  return {
    ...{ here, token, address, folder: temp.path },
    clone: (secret: string, name: string, into = name) => cloneWith(address(secret, name), join(temp.path, into)),
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await here[Symbol.asyncDispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
}

const ok = ({ code, said }: Answer) => expect([code, said]).toEqual([0, expect.anything()])

test("from a laptop git clones with a token and pushes what its scope and the gates let it", async () => {
  await using w = await world()
  const { text, token } = await w.token("alice", "git:read", "git:write")
  const notes = await w.clone(text, "notes")
  await notes.commit({ "from-laptop.md": "hello" })
  ok(await notes.git("push", "origin", "HEAD:main"))
  const knowledge = await w.clone(text, "knowledge")
  await knowledge.commit({ "page.md": "hello" })
  expect((await knowledge.git("push", "origin", "HEAD:main")).said).toContain(
    "Run: git push origin HEAD:propose/alice/change",
  )
  ok(await knowledge.git("push", "origin", "HEAD:propose/alice/change"))
  await w.clone(text, "personal-alice")

  const reader = await w.clone((await w.token("alice", "git:read")).text, "notes", "reader")
  await reader.commit({ "b.md": "b" })
  expect((await reader.git("push", "origin", "HEAD:main")).said).toContain("this token may only read")

  await w.here.app.tokens.revoke(token.user, token.id)
  expect((await notes.git("fetch", "origin")).code).not.toBe(0)
})

test("nobody gets in without a token that counts: no password, no cookie, nobody else's repository", async () => {
  await using w = await world()
  const { text } = await w.token("root", "git:read", "git:write")
  const ask = async (name: string, headers: Record<string, string>) => {
    const url = `http://localhost/git/${name}.git/info/refs?service=git-upload-pack`
    return (await w.here.app.answer(new Request(url, { headers }))).status
  }
  const basic = (secret: string) => ({ authorization: `Basic ${btoa(`root:${secret}`)}` })
  expect(await ask("notes", {})).toBe(401)
  expect(await ask("notes", basic("correct horse battery"))).toBe(401)
  expect(await ask("notes", { authorization: `Bearer ${text}` })).toBe(401)
  expect(await ask("notes", { cookie: `loopat_session=${text}` })).toBe(401)
  expect(await ask("notes", basic(text))).toBe(200)
  // An administrator has no way to what is somebody's own.
  expect(await ask("personal-alice", basic(text))).toBe(404)
  expect(await ask("..%2f..%2fetc", basic(text))).toBe(404)
  for (let n = 0; n < 20; n++) await ask("notes", basic(`la_${String(n).padStart(48, "0")}`))
  expect(await ask("notes", basic(text))).toBe(429)
})
