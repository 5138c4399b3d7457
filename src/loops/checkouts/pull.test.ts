import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { createSerial } from "../../platform/disk/serial.ts"
import { type Clone, gitHostWorld, ownLoop } from "../../testing/git-host.ts"
import { gitInside } from "../../testing/git-inside.ts"
import { pullInto } from "./pull.ts"

const branch = `loop/${ownLoop}`

async function checkout() {
  const world = await gitHostWorld()
  const clone = await world.clone("loop", "notes", "mine")
  await clone.git("checkout", "--quiet", "-b", branch)
  const other = await world.clone("other", "notes", "theirs")
  const give = async (path: string, text: string) => {
    await other.commit({ [path]: text })
    await other.git("push", "--quiet", "origin", "HEAD:main")
  }
  const head = async () => (await clone.git("rev-parse", "HEAD")).out.trim()
  return Object.assign(world, {
    loop: clone,
    give,
    head,
    pull: () => pullInto(gitInside(clone), { trunk: "main", branch }),
  })
}

test("Pull now brings a clean checkout to what others gave, and says how many commits came", async () => {
  await using w = await checkout()
  expect((await w.pull()).kind).toBe("newest")
  await w.give("one.md", "1\n")
  await w.give("two.md", "2\n")
  expect(await w.pull()).toMatchObject({ kind: "pulled", commits: 2 })
  expect(await readFile(`${w.loop.path}/two.md`, "utf8")).toBe("2\n")
  expect((await w.loop.git("status", "--porcelain", "--branch")).out).toContain(branch)
  expect(await w.pull()).toMatchObject({ kind: "newest", commit: await w.head() })
})

test("where somebody works in the checkout it is said, and nothing is touched", async () => {
  await using w = await checkout()
  await w.give("one.md", "1\n")
  const before = await w.head()
  await writeFile(`${w.loop.path}/draft.md`, "not yet\n")
  expect(await w.pull()).toEqual({ kind: "dirty" })
  await w.loop.commit({ "draft.md": "mine\n" })
  expect(await w.pull()).toEqual({ kind: "diverged" })
  await w.loop.git("checkout", "--quiet", "-b", "aside")
  expect(await w.pull()).toEqual({ kind: "elsewhere" })
  await w.loop.git("checkout", "--quiet", "--detach")
  expect(await w.pull()).toEqual({ kind: "elsewhere" })
  expect((await w.loop.git("rev-parse", `${branch}~1`)).out.trim()).toBe(before)
  expect(await readFile(`${w.loop.path}/draft.md`, "utf8")).toBe("mine\n")
})

test("a checkout that the server cannot be reached from says what git says", async () => {
  await using w = await checkout()
  await w.loop.git("remote", "set-url", "origin", "http://127.0.0.1:9/notes.git")
  expect(await w.pull()).toMatchObject({ kind: "refused", said: expect.stringContaining("127.0.0.1") })
})

test("20 loops promote to notes at once: every text arrives, and none needs a person", async () => {
  await using w = await gitHostWorld()
  const names = Array.from({ length: 20 }, (_, n) => `loop-${n}`)
  const clones = await Promise.all(names.map((name, n) => w.clone(n % 2 ? "loop" : "other", "notes", name)))
  let pushes = 0
  const push = async (clone: Clone) => {
    pushes++
    return (await clone.git("push", "--quiet", "origin", "HEAD:main")).code === 0
  }
  await Promise.all(
    clones.map((clone, n) =>
      clone.commit({ [`${names[n]}.md`]: `of ${names[n]}\n`, [`shared/${n % 4}/${n}.md`]: "x\n" }),
    ),
  )
  const arrived = await Promise.all(clones.map(push))
  expect(arrived.filter(Boolean).length).toBeGreaterThan(0)
  // Whoever was too late fetches, merges and pushes again, two at a time, as often as it takes.
  const inTurn = createSerial()
  await Promise.all(
    clones.map((clone, n) =>
      inTurn(String(n % 2), async () => {
        for (let done = arrived[n]; !done; done = await push(clone)) {
          await clone.git("fetch", "--quiet", "origin")
          const merged = await clone.git("merge", "--quiet", "--no-edit", "origin/main")
          if (merged.code !== 0) throw new Error(merged.said)
        }
      }),
    ),
  )
  const repository = await w.shelves.open({ context: "notes" })
  const files = (await repository.files((await repository.resolve()) ?? "")).map(({ path }) => path)
  const given = names.flatMap((name, n) => [`${name}.md`, `shared/${n % 4}/${n}.md`])
  expect(files).toEqual(expect.arrayContaining(given))
  console.log(`20 promotes at once took ${pushes} pushes`)
}, 60_000)
