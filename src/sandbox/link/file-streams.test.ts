import { expect, test } from "bun:test"
import { mkdir, readdir, rename, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { linkWorld, until } from "../../testing/link-world.ts"
import { limits } from "./protocol.ts"

const deaf = { changed() {}, ended() {} }

test("a file is read as a stream from any place in it, and a missing one fails before its first byte", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await writeFile(join(world.folder, "workdir/long"), Buffer.alloc(3 << 20, "0123456789"))
  const text = async (offset: number, maxBytes?: number) =>
    new Response(await box.files.open("workdir", "long", { offset, ...(maxBytes && { maxBytes }) })).text()
  expect(await text(12, 5)).toBe("23456")
  expect((await text(1)).length).toBe((3 << 20) - 1)
  await expect(box.files.open("workdir", "none")).rejects.toMatchObject({ because: "missing" })
  await expect(box.files.open("workdir", "")).rejects.toMatchObject({ because: "kind" })
})

test("a reader that goes away in the middle ends the reading, and one that is slow is waited for", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await writeFile(join(world.folder, "workdir/long"), Buffer.alloc(24 << 20))
  const before = world.link.isBusy()
  const reader = (await box.files.open("workdir", "long")).getReader()
  await reader.read()
  expect([before, world.link.isBusy()]).toEqual([false, true])
  await reader.cancel()
  await until("nothing is under way", () => !world.link.isBusy())
})

test("a link that is lost in the middle of a file is an error and never looks like its end", async () => {
  await using world = await linkWorld()
  const { box, end } = await world.guest()
  await writeFile(join(world.folder, "workdir/long"), Buffer.alloc(24 << 20))
  const stream = await box.files.open("workdir", "long")
  await end()
  await expect(new Response(stream).arrayBuffer()).rejects.toThrow()
})

test("what is sent as a stream is there whole or not at all", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  const piece = new Uint8Array(100_000)
  const pieces = (count: number, breaks = false) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (count-- > 0) controller.enqueue(piece)
        else if (breaks) controller.error(new Error("the sender went away"))
        else controller.close()
      },
    })
  await box.files.put("workdir", "whole", { content: pieces(40), expected: "absent", most: 4_000_000 })
  expect((await box.files.stat("workdir", "whole"))?.size).toBe(4_000_000)
  await expect(box.files.put("workdir", "broken", { content: pieces(3, true) })).rejects.toThrow("went away")
  await expect(box.files.put("workdir", "long", { content: pieces(3), most: 200_000 })).rejects.toMatchObject({
    because: "limit",
  })
  await expect(box.files.put("workdir", "whole", { content: pieces(1), expected: "absent" })).rejects.toMatchObject({
    because: "exists",
  })
  await until("nothing is left beside it", async () => (await readdir(join(world.folder, "workdir"))).length === 1)
})

test("changes in a folder are told, many that come together as few, until nobody listens", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  await mkdir(join(world.folder, "workdir/sub"))
  let told = 0
  const watching = await box.files.watch("workdir", "sub", { ...deaf, changed: () => told++ })
  for (let count = 0; count < 50; count++) await writeFile(join(world.folder, `workdir/sub/${count}`), "x")
  await until("it was told", () => told > 0)
  expect(told).toBeLessThan(10)
  watching.close()
  await until("nothing is under way", () => !world.link.isBusy())
  await expect(box.files.watch("workdir", "none", deaf)).rejects.toMatchObject({ because: "missing" })
})

test("a program starts in a folder beneath its root, and in none that a link leads to", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  const workdir = join(world.folder, "workdir")
  await mkdir(join(workdir, "a/b"), { recursive: true })
  await writeFile(join(workdir, "a/b/here"), "")
  await symlink(join(world.folder, "home"), join(workdir, "a/out"))
  const ls = (path: string) => box.capture({ argv: ["ls"], within: { root: "workdir", path } })
  expect((await ls("a/b")).stdout).toBe("here\n")
  expect((await ls("")).stdout).toBe("a\n")
  for (const path of ["a/out", "../home", "a/b/here"]) await expect(ls(path)).rejects.toThrow()
  await rename(join(workdir, "a"), join(workdir, "c"))
  await expect(ls("a/b")).rejects.toMatchObject({ because: "missing" })
  expect(limits.watchMs).toBeLessThan(1_000)
})
