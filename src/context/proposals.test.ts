import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { pageOf } from "../testing/html.ts"
import type { Actor } from "../testing/roles.ts"
import { dangers, xss } from "../testing/xss.ts"

type World = Awaited<ReturnType<typeof contextWorld>>
let world: World
beforeAll(async () => {
  world = await contextWorld()
  await world.save("admin", "knowledge", { path: "Rates.md", text: "# Rates\n\nDE has 19 %.\n\nFR has 20 %.\n" })
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

/** A proposal of the member, as its page shows it. */
async function propose(path: string, text: string) {
  const before = await branches()
  await world.save("member", "knowledge", { path, text })
  const branch = (await branches()).find((one) => !before.includes(one)) ?? ""
  const seen = (await world.git("knowledge", "rev-parse", branch)).trim()
  return { branch, seen, url: contextUrls.proposal("knowledge", branch) }
}

const branches = async () =>
  (await world.git("knowledge", "branch", "--list", "ui/*", "--format=%(refname:short)")).trim().split("\n")
const decide = (actor: Actor, how: "merge" | "discard" | "restore", form: Record<string, string>) => {
  const url = {
    merge: contextUrls.proposalMerge,
    discard: contextUrls.proposalDiscard,
    restore: contextUrls.proposalRestore,
  }
  return world.as(actor).post(url[how]("knowledge"), form)
}

describe("a proposal", () => {
  test("is listed, read as its reader will see the change, merged by a member, and then seen by everybody", async () => {
    const { url, ...form } = await propose("Rates.md", "# Rates\n\nDE has 19 %, [[Sources|mostly]].\n\nFR has 20 %.\n")
    const list = await world.read("owner", contextUrls.proposals())
    expect(list.all("li.card h2 a").map(({ attributes }) => attributes["href"])).toContain(url)
    const page = await world.read("owner", url)
    expect(page.one(".diff-block.removed").text).toContain("DE has 19 %.")
    expect(page.one(".diff-block.added").text).toContain("DE has 19 %, mostly.")
    expect(page.one(".diff-block.added a.wiki").text).toBe("mostly")
    expect((await decide("owner", "merge", form)).status).toBe(303)
    expect((await world.open("member", "knowledge", "Rates.md")).one(".document").text).toContain("mostly")
    expect((await world.as("owner").get(url)).status).toBe(404)
    const [parents = ""] = (await world.git("knowledge", "log", "-1", "--format=%P%n%B", "main")).split("\n")
    expect(parents.split(" ")).toHaveLength(2)
  })

  test("that collides is not merged and names the files, and its author can change it", async () => {
    const { url, ...form } = await propose("Rates.md", "# Rates\n\nmine\n")
    await world.save("admin", "knowledge", { path: "Rates.md", text: "# Rates\n\ntheirs\n" })
    const refused = await decide("owner", "merge", form)
    expect(refused.status).toBe(409)
    const page = await world.read("member", url)
    expect(page.one(".paths").text).toBe("Rates.md")
    expect(page.has(`form[action="${contextUrls.proposalMerge("knowledge")}"]`)).toBe(false)
    expect(page.one(".proposed-file a.button").attributes["href"]).toContain("proposal=ui%2Fmember%2F")
    expect((await world.read("owner", url)).has(".proposed-file a.button")).toBe(false)
  })

  test("is sent back with a remark that stands on its page until it is changed", async () => {
    const { url, branch, seen } = await propose("Remarked.md", "words\n")
    const remark = { branch, seen, text: "Say <b>why</b>." }
    expect((await world.as("owner").post(contextUrls.proposalComment("knowledge"), remark)).status).toBe(303)
    const page = await world.read("member", url)
    expect(page.one(".comments .long").text).toBe("Say <b>why</b>.")
    expect(page.all(".tag").map(({ text }) => text)).toContain("sent back")
    const version = await world.version("member", "knowledge", "Remarked.md").catch(() => "")
    expect(version).toBe("absent")
    const edit = await world.open("member", "knowledge", { path: "Remarked.md", view: "edit", proposal: branch })
    const base = edit.one("#editor input[name='version']").attributes["value"] ?? ""
    await world.save("member", "knowledge", { path: "Remarked.md", text: "because\n", version: base, proposal: branch })
    expect((await world.read("member", url)).all(".tag").map(({ text }) => text)).not.toContain("sent back")
    // Whoever looked at it before merges nothing that he has not seen.
    expect((await decide("owner", "merge", { branch, seen })).status).toBe(409)
  })

  test("is discarded by its author and brought back", async () => {
    const { branch, seen, url } = await propose("Away.md", "x\n")
    const gone = await decide("member", "discard", { branch, seen })
    expect((await world.as("member").get(url)).status).toBe(404)
    const list = await world.read("member", gone.headers.get("location") ?? "")
    expect(list.one("form.file-acts input[name='seen']").attributes["value"]).toBe(seen)
    expect((await decide("member", "restore", { branch, seen })).status).toBe(303)
    expect((await world.as("member").get(url)).status).toBe(200)
  })
})

test("what looks like a key is stopped before the merge, with file and line, until somebody says that it is none", async () => {
  const { url, ...form } = await propose("Keys.md", `one\nAKIA${"ABCDEFGHIJKLMNOP"}\n`)
  const page = await world.read("owner", url)
  expect(page.one(".paths").text).toBe("Keys.md:2 an AWS key")
  expect((await decide("owner", "merge", form)).status).toBe(422)
  const confirmed = page.one("input[name='confirmed']").attributes["value"] ?? ""
  expect((await decide("owner", "merge", { ...form, confirmed })).status).toBe(303)
})

test("a proposal can hold anything and does nothing", async () => {
  const text = xss.map((one) => `${one}\n\n[[${one}]]`).join("\n\n")
  const { url } = await propose("hostile.md", text)
  const own = ["head", "meta", "title", "link", "script"]
  expect(dangers(await (await world.as("owner").get(url)).text(), own)).toEqual([])
  expect((await pageOf(await world.as("owner").get(contextUrls.proposals()))).has("li.card")).toBe(true)
})
