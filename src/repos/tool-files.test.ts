import { expect, test } from "bun:test"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gitFolder } from "../testing/git-folder.ts"
import { shelvesWorld } from "../testing/shelves.ts"
import { teamTools } from "./tool-files.ts"

/** A knowledge repository, and what the team's tools are in it. */
async function knowledge() {
  const world = await shelvesWorld()
  const { folder: bare } = await world.shelves.open({ context: "knowledge" })
  const work = await gitFolder()
  const inWork = async (...args: string[]) => expect(await work.git(args)).toMatchObject({ code: 0 })
  return {
    tier: join(work.path, ".loopat/.claude"),
    page: join(work.path, "page.md"),
    read: () => teamTools(world),
    programs: world.gitCalls,
    async commit(message: string) {
      await inWork("add", "--all", ".")
      await inWork("commit", "--quiet", "-m", message)
    },
    publish: () => inWork("push", "--quiet", "--force", bare, "main"),
    async [Symbol.asyncDispose]() {
      await work[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
    },
  }
}

test("the team's tools are those of the last commit of knowledge, and none where it names none", async () => {
  await using at = await knowledge()
  expect(await at.read()).toBeUndefined()

  await mkdir(at.tier, { recursive: true })
  await writeFile(at.page, "words")
  await at.commit("First")
  await at.publish()
  expect(await at.read()).toBeUndefined()

  await writeFile(join(at.tier, "mise.toml"), '[tools]\nnode = "22"\n# 键\n')
  await at.commit("Tools")
  await at.publish()
  expect(await at.read()).toEqual({ config: '[tools]\nnode = "22"\n# 键\n' })

  await writeFile(join(at.tier, "mise.lock"), "[[tools.node]]\n")
  await at.commit("Lock")
  await writeFile(join(at.tier, "mise.toml"), "not yet committed")
  await at.publish()
  expect(await at.read()).toEqual({ config: '[tools]\nnode = "22"\n# 键\n', lock: "[[tools.node]]\n" })
  const before = at.programs()
  await at.read()
  expect(at.programs()).toBe(before)
})

test("a folder with the name of the tools' file names none, and files that are far too long are not read", async () => {
  await using at = await knowledge()
  await mkdir(join(at.tier, "mise.toml"), { recursive: true })
  await writeFile(join(at.tier, "mise.toml", "inner"), "words\n")
  await writeFile(join(at.tier, "mise.lock"), "[[tools.node]]\n")
  await at.commit("A folder")
  await at.publish()
  expect(await at.read()).toBeUndefined()

  await rm(join(at.tier, "mise.toml"), { recursive: true })
  await writeFile(join(at.tier, "mise.toml"), "#".repeat(3 << 20))
  await at.commit("Too long")
  await at.publish()
  const said = await at.read().catch((error: unknown) => String(error))
  expect(said).toContain("longer than one megabyte")
})
