import { expect, test } from "bun:test"
import { mkdir, readdir } from "node:fs/promises"
import { join } from "node:path"
import { createDisk } from "../platform/disk/disk.ts"
import { createLog, silentLog } from "../platform/log.ts"
import { type AccountsWorld, peopledWorld } from "../testing/accounts.ts"
import { testClock } from "../testing/clock.ts"
import { askServer, type ControlNeeds, openControl } from "./control.ts"

const control = ({ home, accounts }: AccountsWorld, over: Partial<ControlNeeds> = {}) =>
  openControl({
    ...{ disk: createDisk(), home, people: accounts.people, tokens: accounts.tokens, log: silentLog },
    owner: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    ...over,
  })

test("an order is done by the server that runs, once it listens and as long as it does", async () => {
  await using w = await peopledWorld()
  expect(await askServer(w.home, { verb: "list" })).toBeUndefined()
  // What a killed server left behind.
  await mkdir(join(w.home, "runtime"))
  await Bun.write(join(w.home, "runtime/control.sock"), "")
  {
    await using _open = await control(w)
    const people = [{ name: "ada", role: "admin", status: "active" }]
    expect(await askServer(w.home, { verb: "list" })).toEqual({ kind: "people", people })
    const bob = { verb: "add", name: " Bob ", password: "long enough words", role: "member" } as const
    expect(await askServer(w.home, bob)).toEqual({ kind: "added" })
    expect(w.accounts.people.list().map(({ id }) => String(id))).toEqual(["ada", "bob"])
    expect(await askServer(w.home, { verb: "role", name: "../x", role: "admin" })).toEqual({ kind: "no-such-user" })
  }
  expect(await readdir(join(w.home, "runtime"))).toEqual([])
  expect(await askServer(w.home, { verb: "list" })).toBeUndefined()
})

test("what is no order changes nothing, and one that breaks is in the log without what it carried", async () => {
  await using w = await peopledWorld()
  const lines: string[] = []
  const log = createLog({ format: "text", verbose: true, write: (line) => lines.push(line) }, testClock())
  const broken: ControlNeeds["people"] = {
    ...w.accounts.people,
    async setPassword() {
      throw new Error("EIO: the disk broke")
    },
  }
  await using _open = await control(w, { log, people: broken })
  const unix = join(w.home, "runtime/control.sock")
  for (const body of ["", "[]", '{"verb":"delete","name":"ada"}', '{"verb":"add","name":"x"}', "x".repeat(70_000)]) {
    const answer = await fetch("http://loopat/", { method: "POST", body, unix })
    expect(await answer.text()).not.toContain("added")
  }
  expect(w.accounts.people.list()).toHaveLength(1)
  const canary = { verb: "password", name: "ada", password: "canary horse battery" } as const
  expect(await askServer(w.home, canary)).toEqual({ kind: "failed" })
  expect(lines.join()).toContain("the disk broke")
  expect(lines.join()).not.toContain("canary")
})

test("a token is made, listed and removed by an order, and its text is in the answer that made it only", async () => {
  await using w = await peopledWorld()
  await using _open = await control(w)
  const made = await askServer(w.home, { verb: "token-add", name: " Ada ", scopes: ["git:read"] })
  expect(made).toEqual({ kind: "made", made: expect.stringMatching(/^la_[0-9a-f]{48}$/) })
  const listed = await askServer(w.home, { verb: "token-list", name: "ada" })
  expect(listed).toMatchObject({ kind: "tokens", tokens: [{ scopes: "git:read", used: "never" }] })
  expect(JSON.stringify(listed)).not.toContain(made?.made ?? "no text")
  const id = listed?.tokens?.[0]?.id ?? ""
  expect(await askServer(w.home, { verb: "token-remove", name: "ada", id: "tok_none" })).toEqual({
    kind: "no-such-token",
  })
  expect(await askServer(w.home, { verb: "token-remove", name: "ada", id })).toEqual({ kind: "revoked" })
  expect(await askServer(w.home, { verb: "token-add", name: "nobody", scopes: [] })).toEqual({ kind: "no-such-user" })
})
