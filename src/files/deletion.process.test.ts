import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { bringBackLast } from "../testing/checkout.ts"
import { filePages } from "../testing/file-pages.tsx"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"

const alice = person("alice")

test("what is deleted and git does not have comes back from the undo list, byte for byte; the rest is asked about", async () => {
  await using world = await filePages()
  const loop = await world.loop()
  const box = await world.box(loop)
  const inside = async (line: string) => (await box.capture({ argv: ["sh", "-c", line] }, { timeoutMs: 60_000 })).stdout
  await inside(
    `git init -q . && mkdir -p lib/deep && echo '*.env' >.gitignore && echo one >lib/kept && echo two >lib/edited && git add . && git -c user.name=x -c user.email=x@y commit -qm x`,
  )
  await inside(
    `echo more >>lib/edited && printf '\\0\\1\\377' >lib/deep/binary && echo KEY=1 >lib/secret.env && printf '#!/bin/sh\\n' >"lib/a 'b" && chmod 755 "lib/a 'b"`,
  )
  const picture = `find lib -type f -exec stat -c '%a %n' {} + | sort; find lib -type f -exec sha256sum {} + | sort`
  const before = await inside(picture)
  const ask = async (path: string) =>
    (await pageOf(await world.as(alice).get(urls.loopFileDelete(loop, path)))).one(".panel-notice").text
  const remove = (path: string, form = {}) => world.as(alice).post(urls.loopFileDelete(loop), { path, ...form })

  expect(await ask("lib/kept")).toContain("git has all of it")
  expect(await ask("lib")).toContain("What git does not have of it is kept")
  expect((await remove("lib", { loss: "kept" })).status).toBe(303)
  expect(await inside("ls")).toBe("")
  await inside("git checkout -q -- lib")
  expect(await bringBackLast(box)).toEqual({ kind: "done" })
  expect(await inside(picture)).toBe(before)

  await inside("git init -q lib/nested && echo x >lib/nested/x")
  expect(await ask("lib")).toContain("This cannot be undone")
  expect((await pageOf(await remove("lib", { loss: "kept" }))).one(".panel-notice h2").text).toBe("Delete lib?")
  expect(await inside("cat lib/nested/x")).toBe("x\n")
  expect((await remove("lib", { loss: "lost" })).status).toBe(303)
  expect(await inside("ls")).toBe("")
}, 60_000)
