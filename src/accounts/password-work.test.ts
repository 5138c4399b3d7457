import { expect, test } from "bun:test"
import { scryptSync } from "node:crypto"
import { systemIds } from "../platform/clock.ts"
import { createArgon2, defaultCost } from "./argon2.ts"
import { atATime, createPasswordWork, mayWait } from "./password-work.ts"

const cheap = createArgon2({ memoryKiB: 8, passes: 1 }, systemIds)

/** A hash that waits until it is let go. */
function slowWork() {
  const gates: (() => void)[] = []
  let most = 0
  let running = 0
  const work = createPasswordWork({
    ...cheap,
    async verify() {
      most = Math.max(most, ++running)
      await new Promise<void>((go) => gates.push(go))
      running--
      return true
    },
  })
  return { work, most: () => most, waiting: () => gates.length, letGo: () => gates.shift()?.() }
}

test("two passwords are checked at a time, sixteen wait, the next is told that it is busy", async () => {
  const { work, most, letGo, waiting } = slowWork()
  const asked = Array.from({ length: atATime + mayWait }, () => work.verify("x", "$argon2id$"))
  expect(await work.verify("x", "$argon2id$")).toBe("busy")
  expect(await work.hash("x")).toBe("busy")
  let answered = 0
  for (const one of asked) void one.then(() => answered++)
  while (answered < asked.length) {
    expect(waiting()).toBeLessThanOrEqual(atATime)
    letGo()
    await new Promise((next) => setImmediate(next))
  }
  expect([await Promise.all(asked), most()]).toEqual([asked.map(() => "right"), atATime])
  const after = work.verify("x", "$argon2id$")
  letGo()
  expect(await after).toBe("right")
})

test("a check that breaks gives its place free", async () => {
  const work = createPasswordWork({ ...cheap, verify: () => Promise.reject(new Error("no memory")) })
  for (let i = 0; i < 40; i++) expect(await work.verify("x", "$argon2id$").catch(String)).toContain("no memory")
})

test("a password fits its own hash only, exactly as it was typed", async () => {
  const work = createPasswordWork(cheap)
  const hash = await work.hash(" Straße 1 ")
  expect(await work.verify(" Straße 1 ", hash)).toBe("right")
  for (const other of ["Straße 1", " straße 1 ", " Strasse 1 ", ""])
    expect(await work.verify(other, hash)).toBe("wrong")
  expect(await work.hash(" Straße 1 ")).not.toBe(hash)
})

test("an unknown name costs one check of the same kind, and nothing fits it", async () => {
  const checked: string[] = []
  const work = createPasswordWork({
    ...cheap,
    verify: (password, phc) => (checked.push(phc), cheap.verify(password, phc)),
  })
  expect(await work.verify("x", undefined)).toBe("wrong")
  expect(checked).toEqual([cheap.standIn])
  const costs = (phc: string) => phc.split("$").slice(0, 4)
  expect(costs(cheap.standIn)).toEqual(costs(await cheap.hash("x")))
})

test("a hash of the published scrypt format is understood, and marked for replacement", async () => {
  const work = createPasswordWork(cheap)
  const salt = "00112233445566778899aabbccddeeff"
  const hash = scryptSync("old password", salt, 64, { N: 16384, r: 8, p: 1 }).toString("hex")
  const record = { algo: "scrypt" as const, salt, hash, N: 16384, r: 8, p: 1, len: 64 }
  expect([await work.verify("old password", record), await work.verify("other", record)]).toEqual(["right", "wrong"])
  expect(await work.verify("old password", { ...record, hash: "ab" })).toBe("wrong")
  expect(work.isOutdated(record)).toBe(true)
})

test("a cheaper hash is outdated once the cost grew, a dearer one is not", async () => {
  const dearer = createPasswordWork(createArgon2({ memoryKiB: 16, passes: 2 }, systemIds))
  const hash = await cheap.hash("x")
  expect([createPasswordWork(cheap).isOutdated(hash), dearer.isOutdated(hash)]).toEqual([false, true])
  expect(createPasswordWork(cheap).isOutdated("$argon2id$v=19$m=16,t=2,p=1$a$b")).toBe(false)
})

test("the product's own cost is argon2id with 19 MiB and two passes", async () => {
  const work = createPasswordWork(createArgon2(defaultCost, systemIds))
  const hash = await work.hash("correct horse battery")
  expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$")
  expect(await work.verify("correct horse battery", String(hash))).toBe("right")
})
