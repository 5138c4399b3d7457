import { expect, test } from "bun:test"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf } from "../testing/html.ts"
import { noisePng } from "../testing/png.ts"

const svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>\0"

/** Images of a commit: one of them was changed after it, one deleted, and one is new. */
async function world() {
  const w = await changesWorld()
  const shell = async (script: string) => {
    const { code, stdout, stderr } = await w.box.capture({ argv: ["bash", "-euc", script] })
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }
  const put = (name: string, content: Uint8Array | string) => writeFile(join(w.folder, "workdir", name), content)
  const images = { was: noisePng(30, 20), is: noisePng(50, 40), gone: noisePng(7, 5), born: noisePng(3, 2) }
  await put("photo.bin", images.was)
  await put("gone.png", images.gone)
  await put("drawing.svg", svg)
  await put("data.png", "no image\0")
  await shell("git config user.name Ada; git config user.email ada@example.org; git add -A; git commit -qm First")
  await put("photo.bin", images.is)
  await put("born.png", images.born)
  await put("drawing.svg", `${svg}changed`)
  await put("data.png", "still none\0")
  await shell("rm gone.png")
  const page = async (sight: Parameters<typeof urls.loopChanges>[1] = {}) =>
    pageOf(await w.alice.get(urls.loopChanges(w.loop, sight)))
  return { ...w, images, shell, put, page }
}

type Page = Awaited<ReturnType<typeof pageOf>>
const shown = (page: Page) => page.all("figure").map((figure) => figure.text.replaceAll(/\s+/g, " ").trim())
const addresses = (page: Page) => page.all("figure img").map(({ attributes }) => attributes["src"] ?? "")

test("an image that changed stands before and after, with pixels and bytes, one that came or went stands alone, and what is no image is not shown", async () => {
  await using w = await world()
  const page = await w.page()
  const size = ({ length }: Buffer) => (length < 1_000 ? `${length} bytes` : `${(length / 1_000).toFixed(1)} kB`)
  const { was, is, gone, born } = w.images
  expect(shown(page).toSorted()).toEqual(
    [
      `Before 7 × 5 · ${size(gone)}`,
      `Before 30 × 20 · ${size(was)}`,
      `After 50 × 40 · ${size(is)}`,
      `After 3 × 2 · ${size(born)}`,
    ].toSorted(),
  )
  expect(page.all("figure img").map(({ attributes }) => attributes["alt"])).toContain("Before: photo.bin")
  const [kept, now] = [true, false].map((isKept) =>
    addresses(page).filter((address) => address.includes("/changes/image?") === isKept),
  )
  // Those that only the working folder has are read where Files reads them.
  expect(now?.map((address) => address.replace(/&seen=.*/, "")).toSorted()).toEqual(
    ["born.png", "photo.bin"].map((path) => urls.loopFileImage(w.loop, path)),
  )
  for (const client of [w.alice, w.bob]) {
    const bodies = await Promise.all(
      (kept ?? []).map(async (address) => {
        const answer = await client.get(address)
        expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"])
        expect(answer.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'")
        expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
        return Buffer.from(await answer.arrayBuffer()).toString("base64")
      }),
    )
    expect(bodies.toSorted()).toEqual([was, gone].map((image) => image.toString("base64")).toSorted())
  }
})

test("a commit shows the images that it changed, also when they are not there any more", async () => {
  await using w = await world()
  await w.shell("git add -A; git commit -qm Second; rm photo.bin born.png")
  const page = await w.page({ commit: await w.shell("git rev-parse HEAD") })
  expect(
    shown(page)
      .map((text) => text.split(" · ")[0])
      .toSorted(),
  ).toEqual(["After 3 × 2", "After 50 × 40", "Before 30 × 20", "Before 7 × 5"].toSorted())
  for (const address of addresses(page)) expect([address, (await w.alice.get(address)).status]).toEqual([address, 200])
})

test("of git's objects only images are given, however they are asked for", async () => {
  await using w = await world()
  const id = (what: string) => w.shell(`git rev-parse '${what}'`)
  const none = "0123456789abcdef0123456789abcdef01234567"
  for (const blob of [
    await id("HEAD:drawing.svg"),
    await id("HEAD:data.png"),
    await id("HEAD"),
    await id("HEAD^{tree}"),
    none,
  ])
    expect([blob, (await w.alice.get(urls.loopChangesImage(w.loop, { blob }))).status]).toEqual([blob, 404])
  for (const blob of ["", "HEAD:gone.png", "--help", `${none}\n${await id("HEAD:gone.png")}`])
    expect([blob, (await w.alice.get(urls.loopChangesImage(w.loop, { blob }))).status]).toEqual([blob, 422])
  const blob = await id("HEAD:gone.png")
  for (const at of [{ checkout: "nowhere" }, { checkout: "../x" }, { turn: crypto.randomUUID() }]) {
    const { status } = await w.alice.get(urls.loopChangesImage(w.loop, { ...at, blob }))
    expect([at, status >= 400 && status < 500]).toEqual([at, true])
  }
})

test("an image above the limit is a binary file, and so is every one after the twentieth", async () => {
  await using w = await world()
  await w.put("large.png", Buffer.concat([w.images.born, Buffer.alloc(20 << 20)]))
  expect((await w.page()).all("figure img").map(({ attributes }) => attributes["alt"])).not.toContain(
    "After: large.png",
  )
  await w.shell("git add large.png")
  const blob = await w.shell("git rev-parse :large.png")
  expect((await w.alice.get(urls.loopChangesImage(w.loop, { blob }))).status).toBe(404)
  await w.shell("git rm -qf --cached large.png; rm large.png; for n in $(seq 1 30); do cp born.png more$n.png; done")
  const page = await w.page()
  expect(page.all(".pictures").length).toBeGreaterThan(10)
  expect(page.all(".pictures").length).toBeLessThanOrEqual(20)
  expect(
    page
      .all(".diff-note")
      .map(({ text }) => text)
      .join(" "),
  ).toContain("Binary file")
})
