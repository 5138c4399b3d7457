import { expect, test } from "bun:test"
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { type Clone, gitHostWorld } from "../../testing/git-host.ts"
import { userName } from "../../testing/loops.ts"
import type { GitAt } from "./git-at.ts"
import { freshenMemory, keepMemory, type MemoryKept } from "./memory.ts"

type World = Awaited<ReturnType<typeof gitHostWorld>>

/** A loop's personal checkout of alice, as its sandbox has it; what its git was asked is counted. */
async function checkout(world: World, name: string) {
  const clone = await world.clone("loop", "personal", name)
  await clone.git("checkout", "--quiet", "-b", `loop/${name}`)
  await mkdir(`${clone.path}/memory`, { recursive: true })
  const asked: string[] = []
  const git: GitAt = async (argv, env) => {
    asked.push(argv.slice(8).join(" "))
    const child = Bun.spawn([argv[0], "-c", "user.name=Alice", "-c", "user.email=a@b", ...argv.slice(1)], {
      cwd: clone.path,
      env: { PATH: process.env.PATH ?? "", HOME: clone.path, GIT_CONFIG_NOSYSTEM: "1", ...env },
      stdout: "pipe",
      stderr: "pipe",
    })
    const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    const code = await child.exited
    return { ok: code === 0, code, out: out.trim(), said }
  }
  const keep = (): Promise<MemoryKept> =>
    keepMemory(git, { trunk: "main", message: `memory: ${name}`, scratch: `${world.path}/index-${name}` })
  return {
    ...{ clone, git, keep, asked },
    remember: async (fact: string, text = "It is so.\n") => {
      await writeFile(`${clone.path}/memory/${fact}.md`, text)
      await appendFile(`${clone.path}/memory/MEMORY.md`, `- [${fact}](${fact}.md) — when it matters\n`)
    },
  }
}

const shelf = (world: World) => world.shelves.open({ context: "personal", user: userName("alice") })

async function trunkFiles(world: World): Promise<Record<string, string>> {
  const repository = await shelf(world)
  const files = await repository.files((await repository.resolve()) ?? "")
  const texts = files.map(async ({ path, blob }) => {
    const read = await repository.read(blob)
    return [path, read?.kind === "content" ? new TextDecoder().decode(read.content) : ""] as const
  })
  return Object.fromEntries(await Promise.all(texts))
}

const status = async ({ git }: Clone) => (await git("status", "--porcelain", "--branch")).out.trim().split("\n")

test("what the agent remembered is everybody's trunk after the turn, and every other path stays the loop's own", async () => {
  await using world = await gitHostWorld()
  const loop = await checkout(world, "one")
  await loop.remember("prefers-tabs")
  await writeFile(`${loop.clone.path}/draft.md`, "not yet")
  await writeFile(`${loop.clone.path}/staged.md`, "staged, not yet")
  await loop.clone.git("add", "staged.md")
  expect(await loop.keep()).toEqual({ kind: "kept" })
  const files = await trunkFiles(world)
  expect(files["memory/prefers-tabs.md"]).toBe("It is so.\n")
  expect(files["memory/MEMORY.md"]).toContain("[prefers-tabs](prefers-tabs.md)")
  expect(Object.keys(files)).not.toContain("draft.md")
  expect(Object.keys(files)).not.toContain("staged.md")
  expect((await status(loop.clone)).slice(1)).toEqual(["A  staged.md", "?? draft.md"])
  const repository = await shelf(world)
  const [newest] = await repository.history({ from: (await repository.resolve()) ?? "", limit: 1 })
  expect(newest?.subject).toBe("memory: one")
  expect((await loop.clone.git("rev-parse", "HEAD")).out.trim()).toBe((await repository.resolve()) as string)
})

test("a turn that remembered nothing asks the server nothing and commits nothing", async () => {
  await using world = await gitHostWorld()
  const loop = await checkout(world, "one")
  await writeFile(`${loop.clone.path}/draft.md`, "not yet")
  const before = (await loop.clone.git("rev-parse", "HEAD")).out
  expect(await loop.keep()).toEqual({ kind: "nothing" })
  expect(loop.asked.filter((one) => /^(fetch|push|commit)/.test(one))).toEqual([])
  expect((await loop.clone.git("rev-parse", "HEAD")).out).toBe(before)
})

test("of a commit that holds more than memory only the memory is given, turn after turn", async () => {
  await using world = await gitHostWorld()
  const loop = await checkout(world, "one")
  await loop.remember("first")
  await loop.clone.commit({ "private-plan.md": "unpromoted", "memory/second.md": "Second.\n" })
  expect(await loop.keep()).toEqual({ kind: "kept" })
  await appendFile(`${loop.clone.path}/memory/second.md`, "And more.\n")
  expect(await loop.keep()).toEqual({ kind: "kept" })
  await writeFile(`${loop.clone.path}/memory/second.md`, "Rewritten.\n")
  expect(await loop.keep()).toEqual({ kind: "kept" })
  const files = await trunkFiles(world)
  expect(files["memory/first.md"]).toBe("It is so.\n")
  expect(files["memory/second.md"]).toBe("Rewritten.\n")
  expect(Object.keys(files)).not.toContain("private-plan.md")
  expect((await loop.clone.git("log", "--format=%s", "--", "private-plan.md")).out.trim()).toBe("Change")
})

test("two loops of one driver remember at once: both facts arrive and the index has both lines, by union", async () => {
  await using world = await gitHostWorld()
  const [one, two] = [await checkout(world, "one"), await checkout(world, "two")]
  await one.remember("of-one")
  await two.remember("of-two")
  const outcomes = await Promise.all([one.keep(), two.keep()])
  expect(outcomes).toEqual([{ kind: "kept" }, { kind: "kept" }])
  const files = await trunkFiles(world)
  expect(Object.keys(files)).toContain("memory/of-one.md")
  expect(Object.keys(files)).toContain("memory/of-two.md")
  expect(files["memory/MEMORY.md"]?.match(/of-(one|two)\.md/g)?.toSorted()).toEqual(["of-one.md", "of-two.md"])
})

test("where two loops say something else of one fact, both texts are kept and nothing is given; the next start of a clean one follows", async () => {
  await using world = await gitHostWorld()
  const [one, two, third] = [await checkout(world, "one"), await checkout(world, "two"), await checkout(world, "three")]
  await writeFile(`${one.clone.path}/memory/editor.md`, "Uses vim.\n")
  await writeFile(`${two.clone.path}/memory/editor.md`, "Uses emacs.\n")
  expect(await one.keep()).toEqual({ kind: "kept" })
  expect(await two.keep()).toEqual({ kind: "conflict", paths: ["memory/editor.md"] })
  expect((await trunkFiles(world))["memory/editor.md"]).toBe("Uses vim.\n")
  expect(await readFile(`${two.clone.path}/memory/editor.md`, "utf8")).toBe("Uses emacs.\n")
  // The agent has looked at both and merged.
  await two.clone.git("fetch", "--quiet", "origin")
  await two.clone.git("merge", "--quiet", "-X", "ours", "-m", "Both", "origin/main")
  expect(await two.keep()).toEqual({ kind: "kept" })
  expect((await trunkFiles(world))["memory/editor.md"]).toBe("Uses emacs.\n")

  const newest = (await (await shelf(world)).resolve()) ?? ""
  await freshenMemory(third.git, "main", newest)
  expect(await readFile(`${third.clone.path}/memory/editor.md`, "utf8")).toBe("Uses emacs.\n")
  expect((await third.clone.git("rev-parse", "HEAD")).out.trim()).toBe(newest)
})

test("a checkout with changes of its own is not moved by the start, and one that has the newest is not asked to fetch", async () => {
  await using world = await gitHostWorld()
  const [one, two] = [await checkout(world, "one"), await checkout(world, "two")]
  await one.remember("newer")
  await one.keep()
  const newest = (await (await shelf(world)).resolve()) ?? ""
  await writeFile(`${two.clone.path}/README.md`, "edited")
  const head = (await two.clone.git("rev-parse", "HEAD")).out
  await freshenMemory(two.git, "main", newest)
  expect((await two.clone.git("rev-parse", "HEAD")).out).toBe(head)
  one.asked.length = 0
  await freshenMemory(one.git, "main", newest)
  expect(one.asked.filter((asked) => asked.startsWith("fetch"))).toEqual([])
})
