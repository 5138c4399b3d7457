import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { peopledWorld } from "../testing/accounts.ts"
import { userName } from "../testing/loops.ts"

const ada = userName("ada")

test("a token is shown once, found by its text, and nowhere on disk", async () => {
  await using w = await peopledWorld()
  const made = await w.accounts.tokens.make(ada, { label: "laptop", scopes: ["git:read"] })
  if (made.kind !== "made") throw new Error(made.kind)
  expect(made.text).toMatch(/^la_[0-9a-f]{48}$/)
  expect(await w.accounts.tokens.find(made.text)).toMatchObject({ user: "ada", scopes: ["git:read"], label: "laptop" })
  const file = join(w.home, "accounts/tokens.json")
  expect(await readFile(file, "utf8")).not.toContain(made.text.slice(3))
  for (const text of [
    "",
    "la_",
    made.text.slice(0, -1),
    `${made.text}0`,
    made.text.toUpperCase(),
    `la_${"0".repeat(48)}`,
  ])
    expect([text, await w.accounts.tokens.find(text)]).toEqual([text, undefined])
})

test("its list says when it was last used, and a revoked one is found no more", async () => {
  await using w = await peopledWorld()
  const made = await w.accounts.tokens.make(ada, { label: "", scopes: ["git:read", "git:write"] })
  if (made.kind !== "made") throw new Error(made.kind)
  w.clock.advance(120_000)
  await w.accounts.tokens.find(made.text)
  const [listed] = await w.accounts.tokens.list(ada)
  expect(listed?.lastUsedAt).toBe(new Date(w.clock.now()).toISOString())
  expect(await w.accounts.tokens.revoke(userName("bob"), made.token.id)).toEqual({ kind: "no-such-token" })
  expect(await w.accounts.tokens.isAlive(made.token.id)).toBe(true)
  expect(await w.accounts.tokens.revoke(ada, made.token.id)).toEqual({ kind: "revoked" })
  expect(await w.accounts.tokens.find(made.text)).toBeUndefined()
  expect(await w.accounts.tokens.isAlive(made.token.id)).toBe(false)
})

test("nobody of this name gets none, and one person has at most fifty", async () => {
  await using w = await peopledWorld()
  const wanted = { label: "x", scopes: ["git:read"] } as const
  expect(await w.accounts.tokens.make(userName("nobody"), wanted)).toEqual({ kind: "no-such-user" })
  const all = await Promise.all(Array.from({ length: 50 }, () => w.accounts.tokens.make(ada, wanted)))
  expect(all.every(({ kind }) => kind === "made")).toBe(true)
  expect(await w.accounts.tokens.make(ada, wanted)).toEqual({ kind: "too-many-tokens" })
})

test("a token that has ended is found no more, and one without an end goes on", async () => {
  await using w = await peopledWorld()
  const [short, long] = [
    await w.accounts.tokens.make(ada, { label: "short", scopes: ["git:read"], days: 30 }),
    await w.accounts.tokens.make(ada, { label: "long", scopes: ["git:read"] }),
  ]
  if (short.kind !== "made" || long.kind !== "made") throw new Error("no token")
  w.clock.advance(30 * 86_400_000 - 1)
  expect((await w.accounts.tokens.find(short.text))?.label).toBe("short")
  w.clock.advance(1)
  expect(await w.accounts.tokens.find(short.text)).toBeUndefined()
  expect(await w.accounts.tokens.isAlive(short.token.id)).toBe(false)
  expect((await w.accounts.tokens.find(long.text))?.label).toBe("long")
})
