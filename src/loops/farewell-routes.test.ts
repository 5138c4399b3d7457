import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import { pageOf } from "../testing/html.ts"
import { loopPages } from "../testing/loop-pages.tsx"
import { person } from "../testing/loops.ts"
import type { RouteNeeds, WorkReport } from "./index.ts"

const alice = person("alice")
const admin = person("root", "admin")

test("what looks like a secret is named to its driver, is saved only after a yes, and of somebody else's nothing is told", async () => {
  const suspects = [
    { path: ".env", what: "stored" as const },
    { path: "a\u202eb.pem", what: "name" as const },
  ]
  const work: WorkReport = [{ checkout: "workdir", uncommitted: ["a"], unpushed: [], more: 0, suspects }]
  const wishes: string[][] = []
  const saveWork: RouteNeeds["saveWork"] = async (_, { user, allowed }) => {
    wishes.push([user.name, ...[...allowed].filter((key) => key !== "")])
    return [{ checkout: "workdir", branches: ["b"], kept: { why: "secrets", said: ".env" } }]
  }
  await using pages = await loopPages({ needs: { inspectWork: async () => work } }, { saveWork })
  const created = await pages.loops.create({ clientId: "one", title: "Plan" }, alice)
  if (created.kind !== "created") throw new Error("not created")
  const { loop } = created
  await pages.told("loop.ready", loop)
  const mine = await pageOf(await pages.as(alice).get(urls.loopDelete(loop)))
  expect(mine.one("[data-checkout='workdir']").text).toContain(".env: holds a value of a vault")
  expect(mine.one("[data-checkout='workdir']").text).toContain("a\\u202eb.pem: by its name")
  const tick = mine.one("input[name='secrets']")
  expect(tick.attributes["checked"]).toBeUndefined()
  const yes = tick.attributes["value"] ?? ""
  expect(yes).toMatch(/^[0-9a-f]{20} [0-9a-f]{20}$/)

  const saved = await pageOf(await pages.as(alice).post(workbenchUrls.saveWork(loop)))
  expect(saved.one("[data-saved='workdir']").text).toContain("because it looks like a secret: .env.")
  expect(saved.one(`[data-saved='workdir'] a`).attributes["href"]).toBe(workbenchUrls.unsaved(loop))
  await pages.as(alice).post(workbenchUrls.saveWork(loop), { secrets: yes })
  expect(wishes).toEqual([["alice"], ["alice", ...yes.split(" ")]])
  const tooLong = await pages.as(alice).post(workbenchUrls.saveWork(loop), { secrets: "a".repeat(100_001) })
  expect([tooLong.status, wishes.length]).toEqual([413, 2])

  const others = await pages.as(admin).get(urls.loopDelete(loop))
  expect(await others.text()).not.toMatch(/\.env|name='secrets'/)
})
