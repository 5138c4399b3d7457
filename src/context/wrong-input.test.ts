import { afterAll, beforeAll, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { contextWorld } from "../testing/context-world.ts"

let world: Awaited<ReturnType<typeof contextWorld>>
beforeAll(async () => {
  world = await contextWorld()
  await world.open("member", "notes", "README.md")
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const nowhere = ["../x", "/etc/passwd", "a//b", "a/./b", "a/../../b", "x".repeat(9_000), "a\u0000b", "/~Li4veA"]

test("a place that is none is not looked at, followed or sent down", async () => {
  const alice = world.as("driver")
  for (const path of nowhere)
    for (const address of [
      contextUrls.shelf("notes", { path }),
      contextUrls.shelf("notes", { path, view: "history" }),
      contextUrls.shelf("notes", { path, view: "edit" }),
      `/context/notes/download?${new URLSearchParams({ path }).toString()}`,
      `/context/notes/picture?${new URLSearchParams({ path }).toString()}`,
      `/context/notes/delete?${new URLSearchParams({ path }).toString()}`,
    ]) {
      const { status } = await alice.get(address)
      expect([address, status]).toEqual([address, 422])
    }
  for (const address of ["/context/secrets", "/context/personal-bob", "/context/..%2Fx", "/context/held/../x"])
    expect([address, (await alice.get(address)).status]).toEqual([address, 404])
})

test("a form that says what cannot be chosen is refused, and nothing is committed", async () => {
  const alice = world.as("driver")
  const before = await world.git("notes", "rev-parse", "main")
  const good = { path: "README.md", version: "0".repeat(40), text: "x" }
  const wrong: [address: string, form: Record<string, string>][] = [
    ...nowhere.flatMap((path): [string, Record<string, string>][] => [
      [contextUrls.save("notes"), { ...good, path }],
      ["/context/notes/move", { path, to: "b.md" }],
      ["/context/notes/delete", { path }],
      ["/context/draft", { ...good, shelf: "notes", path }],
    ]),
    [contextUrls.save("notes"), { path: "README.md", text: "x" }],
    [contextUrls.save("notes"), { ...good, version: "0".repeat(65) }],
    [contextUrls.save("notes"), { ...good, message: "m".repeat(201) }],
    ["/context/notes/move", { path: "README.md", to: "b".repeat(4_097) }],
    ["/context/notes/move", { path: "README.md", to: "b.md", links: "yes" }],
    ["/context/draft", { ...good, shelf: "secrets" }],
  ]
  for (const [address, form] of wrong) {
    const { status } = await alice.post(address, form)
    expect([address, form, status]).toEqual([address, form, 422])
  }
  expect(await world.git("notes", "rev-parse", "main")).toBe(before)
})

test("a proposal that is none is not shown, merged, put away, brought back or spoken about", async () => {
  const admin = world.as("admin")
  await world.open("admin", "knowledge", "README.md")
  const tip = (await world.git("knowledge", "rev-parse", "main")).trim()
  const branches = ["main", "nothing", "../main", "--all", "refs/loopat/undo", "a..b", "loop/x y", "ui/\u0000"]
  for (const branch of branches) {
    const shown = await admin.get(contextUrls.proposal("knowledge", branch))
    expect([branch, shown.status]).toEqual([branch, 404])
    const answers = { merge: 404, discard: 404, comments: 404, restore: 409 }
    for (const [deed, answer] of Object.entries(answers)) {
      const { status } = await admin.post(`/context/knowledge/proposal/${deed}`, { branch, seen: tip, text: "?" })
      expect([branch, deed, status]).toEqual([branch, deed, answer])
    }
  }
  for (const seen of ["", "main", `${tip}0000000000000000000000000`, "-1"])
    for (const deed of ["merge", "discard", "comments"])
      expect(
        (await admin.post(`/context/knowledge/proposal/${deed}`, { branch: "loop/x", seen, text: "?" })).status,
      ).toBe(422)
  expect((await world.git("knowledge", "rev-parse", "main")).trim()).toBe(tip)
})
