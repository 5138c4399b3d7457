import { afterAll, expect, test } from "bun:test"
import { readdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { systemClock } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createLog } from "../platform/log.ts"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"

const page = "/settings/vault"
const canary = "canary-of-a-vault-file"
const logged: string[] = []
const log = createLog({ format: "text", verbose: true, write: (line) => void logged.push(line) }, systemClock)
const world = await contextWorld({ app: { log } })
afterAll(() => world[Symbol.asyncDispose]())
const member = world.as("member")
const home = join(world.home, "personal/member/.loopat/vaults/default/mounts/home")

async function write(path: string, text: string, more: Record<string, string> = {}) {
  const answer = await member.post(`${page}/files`, { vault: "default", way: "text", path, text, ...more })
  return { status: answer.status, html: readHtml(await answer.text()) }
}

/** Files below a folder that hold this text. */
async function holding(folder: string, wanted: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const texts = await Promise.all(files.map(async (path) => ({ path, text: await readFile(path, "latin1") })))
  return texts.filter(({ text }) => text.includes(wanted)).map(({ path }) => path)
}

test("a text that is refused comes back with the rule beside its field, for every reason there is", async () => {
  await write("own.bin", "first")
  await write("folder/inside", "x")
  const cases = [
    ["", 422, "Say where in the home it goes"],
    [".claude/settings.json", 409, "does not begin with .claude"],
    ["../../envs/TOKEN", 409, "goes down from the home by plain names"],
    ["own.bin", 409, "There is such a file already"],
    ["folder", 409, "There is a folder of this name"],
    ["own.bin/below", 409, "a file where a folder is needed"],
    ["leads-nowhere/below", 409, "A link in the vault leads out"],
    ["a/".repeat(300) + "b", 409, "paths of at most 400 bytes"],
    ["x".repeat(5_000), 409, "goes down from the home by plain names"],
  ] as const
  await symlink("/nowhere", join(home, "leads-nowhere"))
  for (const [path, status, sentence] of cases) {
    const { html, ...refused } = await write(path, canary)
    expect([
      path,
      refused.status,
      html
        .all("#field-text-path-error")
        .map((one) => one.text)
        .join(),
    ]).toEqual([...[path, status, expect.stringContaining(sentence)]])
    expect(html.one("#field-text-path").attributes["value"]).toBe(path)
    expect(html.one("details[open] #field-text-text").text).toBe(canary)
  }
  await rm(join(home, "leads-nowhere"))
  const long = canary + "x".repeat(1 << 20)
  const tooLong = await write("long", long)
  expect([tooLong.status, tooLong.html.one("#field-text-text-error").text]).toEqual([
    422,
    "A text is written here up to 1 MB. Make it shorter, or upload it as a file.",
  ])
  expect(tooLong.html.one("details[open] #field-text-text").text).toBe(long)
  await writeFile(join(home, "most"), new Uint8Array((16 << 20) - 100))
  const full = await write("one-more", canary.repeat(20))
  expect([full.status, full.html.one("#field-text-path-error").text]).toEqual([
    409,
    expect.stringContaining("more than 16 MB"),
  ])
  expect(full.html.one("details[open] #field-text-text").text).toBe(canary.repeat(20))
  await member.post(`${page}/files/remove`, { vault: "default", path: "most" })
  expect(await readdir(home)).not.toContain("long")
  expect((await write("own.bin", "replaced", { replaces: "on" })).status).toBe(303)
  expect(await readFile(join(home, "own.bin"), "utf8")).toBe("replaced")
  expect(logged.join("")).not.toContain(canary)
  expect(await holding(world.home, canary)).toEqual([])
})

test("a text that the full disk could not take comes back, and with room the same form stores it", async () => {
  let isFull = false
  const full = (): never => {
    throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })
  }
  const disk = createDisk((calls) => ({
    ...calls,
    open: (path, ...rest) => (isFull && path.includes("/vaults/") ? full() : calls.open(path, ...rest)),
    rename: (from, to) => (isFull && from.includes("/vaults/") ? full() : calls.rename(from, to)),
  }))
  await using other = await contextWorld({ app: { disk } })
  const files = { vault: "default", way: "text", path: "token", text: canary }
  const send = async (path: string, fields: Record<string, string>) => {
    const answer = await other.as("member").post(`${page}${path}`, { ...files, ...fields })
    return { status: answer.status, html: readHtml(await answer.text()) }
  }
  isFull = true
  const refused = await send("/files", {})
  expect([refused.status, refused.html.one(".form-error").text]).toEqual([
    507,
    expect.stringContaining("the disk is full or cannot be written"),
  ])
  expect(refused.html.one("details[open] #field-text-text").text).toBe(canary)
  expect(await holding(other.home, canary)).toEqual([])
  isFull = false
  expect((await send("/files", {})).status).toBe(303)
  isFull = true
  const stays = await send("/files/rename", { to: "later" })
  expect([stays.status, stays.html.one("details[open] input[name='to']").attributes["value"]]).toEqual([507, "later"])
  isFull = false
  expect((await send("/files/rename", { to: "later" })).status).toBe(303)
  expect(await holding(other.home, canary)).toHaveLength(1)
})
