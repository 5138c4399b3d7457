import { expect, test } from "bun:test"
import { createDisk } from "../platform/disk/disk.ts"
import { Secret } from "../platform/secret.ts"
import { testApp } from "../testing/test-app.ts"

const token = "a-token-for-the-counts-of-a-start"

test("until pages can be served a start opens four files, makes one durable and starts no program", async () => {
  const disk = createDisk()
  await using world = await testApp({ disk, metricsToken: new Secret(token) })
  const { opens, syncs, renames } = disk.counts
  expect({ opens, syncs, renames }).toEqual({ opens: 4, syncs: 2, renames: 1 })
  const request = new Request("http://localhost/metrics", { headers: { authorization: `Bearer ${token}` } })
  expect(await (await world.app.answer(request)).text()).not.toContain("loopat_processes_total{")
})
