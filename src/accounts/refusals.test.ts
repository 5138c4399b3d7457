import { expect, test } from "bun:test"
import { readdir, readFile, writeFile } from "node:fs/promises"
import { testClient } from "../testing/client.ts"
import { roleWorld, type RoleWorld } from "../testing/role-world.ts"
import type { Actor } from "../testing/roles.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { systemClock } from "../platform/clock.ts"
import { until } from "../testing/link-world.ts"
import { createAudit } from "./audit.ts"

const browser = (world: RoleWorld, actor: Actor) =>
  testClient({ handle: world.app.answer }, { headers: { cookie: world.cookie(actor) ?? null } })

async function linesOf({ home }: RoleWorld): Promise<Record<string, string>[]> {
  const names = await readdir(`${home}/audit`).catch(() => [])
  const texts = await Promise.all(names.map((name) => readFile(`${home}/audit/${name}`, "utf8")))
  // The last line may just be being written.
  return texts.flatMap((text) => text.split("\n").slice(0, -1)).map((line) => JSON.parse(line))
}

const refusedIn = async (world: RoleWorld) => (await linesOf(world)).filter(({ action }) => action === "refused")

test("a member's 403 and a stranger's 401 on what is an admin's each leave a line in the audit, with who, where and what", async () => {
  await using world = await roleWorld()
  const acts = [
    "/settings/providers/workspace/team-page/delete",
    `/loops/${(await world.newLoop("open")).id}/visibility`,
    `/loops/${(await world.newLoop("open")).id}/delete`,
  ]
  for (const act of acts)
    expect([act, (await browser(world, "member").post(act, { visibility: "private" })).status]).toEqual([act, 403])
  await until("the member's refusals are noted", async () => (await refusedIn(world)).length === 3)
  expect((await refusedIn(world)).map(({ actor, object, why }) => `${actor} ${object} ${why}`)).toEqual([
    "member POST /settings/providers/:source/:name/delete 403, 1 so far",
    "member POST /loops/:id/visibility 403, 1 so far",
    "member POST /loops/:id/delete 403, 1 so far",
  ])
  expect((await browser(world, "anonymous").post(acts[0] ?? "")).status).toBe(401)
  await until("the stranger's refusal is noted", async () => (await refusedIn(world)).length === 4)
  const stranger = (await refusedIn(world)).at(-1)
  expect(stranger).toMatchObject({ actor: "", object: `POST ${acts[0]}`, outcome: "refused" })
  expect(stranger).not.toHaveProperty("login")

  const audit = createAudit({ disk: createDisk(), home: world.home, clock: systemClock })
  expect(await audit.verify()).toEqual({ kind: "whole", lines: (await linesOf(world)).length })
  const file = `${world.home}/audit/${(await readdir(`${world.home}/audit`))[0]}`
  await writeFile(file, (await readFile(file, "utf8")).replace("member", "nember"))
  expect((await audit.verify()).kind).toBe("broken")
})

test("a flood of refusals leaves few lines, and what an admin may do leaves none of them", async () => {
  await using world = await roleWorld()
  const { id } = await world.newLoop("open")
  const member = browser(world, "member")
  for (let at = 0; at < 40; at++) await member.post(`/loops/${id}/archive`)
  await until("the last doubling is noted", async () => (await refusedIn(world)).at(-1)?.["why"] === "403, 32 so far")
  expect(await refusedIn(world)).toHaveLength(6)
  expect((await browser(world, "admin").post(`/loops/${id}/archive`)).status).toBe(303)
  expect((await refusedIn(world)).filter(({ actor }) => actor === "admin")).toEqual([])
})
