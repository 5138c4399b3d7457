import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { pathText } from "../lib/file-path.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { type FilePages, filePages, measured } from "../testing/file-pages.tsx"
import { hostileTree } from "../testing/hostile-tree.ts"
import { pageOf } from "../testing/html.ts"
import { person } from "../testing/loops.ts"

const bob = person("bob")

test("the attack tree: each page works or refuses, nothing runs or is read on the host, nothing changes there", async () => {
  await using world = await filePages()
  const hostile = await world.loop()
  const victim = await world.box(hostile)
  const proof = `/tmp/loopat-proof-${hostile}`
  const made = await victim.capture(
    { argv: ["sh", "-c", hostileTree(proof)] },
    { timeoutMs: 110_000, maxOutput: 8 << 20 },
  )
  expect(made.code).toBe(0)
  await victim.files.write("home", "secret.txt", "only the driver's")
  const secrets = [await Bun.file("/etc/passwd").text(), "only the driver's"]
  const { entries } = await victim.files.list("workdir", "", { maxEntries: 10_000 })
  expect(entries.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["--help", "new\nline", "half\udcc3", "shadow"]),
  )
  await openAll(world, hostile, { names: entries.map(({ name }) => name), secrets })
  const client = world.as(bob)
  const sparse = await pageOf(await client.get(urls.loopFiles(hostile, { path: "sparse" })))
  expect(sparse.one(".hint.number").text).toContain("GB")
  const link = await pageOf(await client.get(urls.loopFiles(hostile, { path: "shadow" })))
  expect(link.one(".mono").text).toBe("A link to /etc/shadow")
  const many = await pageOf(await client.get(urls.loopFiles(hostile, { path: "many" })))
  expect(many.all(".entry-line")).toHaveLength(400)
  const first = await measured(world, hostile, "many")
  console.log(`first answer of a folder of 100,000 ${JSON.stringify(first)}`)
  expect(first.packed).toBeLessThan(200)
  for (const where of ["name", "text"] as const)
    expect([200, 503]).toContain((await client.get(urls.loopFilesFind(hostile, { q: "root", in: where }))).status)
  expect(existsSync(proof)).toBe(false)
  // The runtime's own removal takes minutes for folders so deep.
  await victim.capture({ argv: ["rm", "-rf", "deep", "many"] }, { timeoutMs: 60_000 })
}, 200_000)

interface Tree {
  names: readonly string[]
  /** What must stand in no answer. */
  secrets: readonly string[]
}

/** Opens, shows as an image and fetches everything there is. */
async function openAll(world: FilePages, hostile: LoopId, { names, secrets }: Tree): Promise<void> {
  const odd = [
    "root/etc/passwd",
    "up/home/loopat/secret.txt",
    "sub/.git",
    ".git/config",
    "many",
    "deep",
    "loop/x",
    "owned/by",
  ]
  const client = world.as(bob)
  const plain = new Set([
    "a",
    "evil.sh",
    "evil.config",
    "Makefile",
    "package.json",
    "bunfig.toml",
    "CON",
    "hooks",
    "a b",
  ])
  const huge = new Set(["sparse", "large", "deep", "many"])
  for (const path of [...names, ...odd]) {
    const text = pathText(path)
    const urlsOf = [urls.loopFiles(hostile, { path: text })]
    if (!plain.has(path)) urlsOf.push(urls.loopFileImage(hostile, text))
    if (!plain.has(path) && !huge.has(path)) urlsOf.push(urls.loopFileDownload(hostile, text))
    for (const url of urlsOf) {
      const response = await client.get(url)
      expect([path, [200, 404, 503].includes(response.status)]).toEqual([path, true])
      const body = await response.text().catch(() => "")
      for (const secret of secrets) expect([path, body.includes(secret.slice(0, 40))]).toEqual([path, false])
    }
  }
}
