import { expect, test } from "bun:test"
import { join } from "node:path"
import { attachWorld, names } from "../testing/attach-world.ts"
import { gitHostWorld } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const author = { name: "Alice", email: "alice@example.org" }

/** Another server of ours on https, which lets in whoever shows this token, and leads everybody else elsewhere. */
async function elsewhere(folder: string, token: string) {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")]
  const made = Bun.spawnSync([
    ..."openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1".split(
      " ",
    ),
    ...["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
  ])
  if (made.exitCode !== 0) throw new Error(made.stderr.toString())
  const there = await gitHostWorld()
  const { root } = there.askers
  if (!root) throw new Error("nobody is root")
  const seen: string[] = []
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0 },
    tls: { cert: Bun.file(cert), key: Bun.file(key) },
    async fetch(request) {
      const url = new URL(request.url)
      const shown = request.headers.get("authorization") ?? ""
      seen.push(`${url.pathname} ${shown === "" ? "without" : "with"} a token`)
      const isRight = shown === `Basic ${Buffer.from(`loopat:${token}`).toString("base64")}`
      if (url.pathname.startsWith("/moved/"))
        return Response.redirect(`/git/${url.pathname.slice(7)}${url.search}`, 302)
      if (!isRight) return new Response("", { status: 401, headers: { "www-authenticate": "Basic" } })
      return (await there.host.serve(root, request)) ?? new Response("", { status: 404 })
    },
  })
  return {
    ...{ cert, seen },
    address: (path: string) => `https://127.0.0.1:${server.port}/${path}`,
    notes: await there.shelves.open({ context: "notes" }),
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await there[Symbol.asyncDispose]()
    },
  }
}

test("over https with a token of the workspace two servers keep one context; a wrong token is said in words, and no redirect is followed with it", async () => {
  await using folder = await tempFolder()
  const token = "canary-token-4711"
  await using far = await elsewhere(folder.path, token)
  await using at = await attachWorld({ GIT_SSL_CAINFO: far.cert })
  const { attaching, here, keys, repository } = at
  await Bun.write(join(keys, "pass"), `${token}\n`)
  await Bun.write(join(keys, "wrong"), "another-token")

  const refused = await attaching.attach("notes", { address: far.address("git/notes.git"), credential: "wrong" })
  expect(refused).toMatchObject({ kind: "refused" })
  expect(JSON.stringify(refused)).not.toMatch(/another-token|pem|keys\//)
  far.seen.length = 0
  expect(
    await attaching.attach("notes", { address: far.address("moved/notes.git"), credential: "pass" }),
  ).toMatchObject({
    kind: "refused",
  })
  expect(far.seen.filter((one) => one.startsWith("/git/"))).toEqual([])

  expect(await attaching.attach("notes", { address: far.address("git/notes.git"), credential: "pass" })).toEqual({
    kind: "attached",
  })
  at.follow()
  const loop = await here.clone("loop", "notes")
  await loop.commit({ "by-loop.md": "from a loop" })
  expect((await loop.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect(await names(far.notes.folder)).toContain("by-loop.md")
  const base = (await far.notes.resolve()) ?? ""
  const changes = [{ path: "there.md", text: "written there" }]
  const by = { user: userName("root") }
  await far.notes.commit({ ...{ branch: "main", base, changes, author, message: "there", by } })
  await repository.refresh({ now: true })
  expect(await names(repository.folder)).toContain("there.md")
})
