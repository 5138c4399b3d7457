import { expect, test } from "bun:test"
import type { Illness } from "../testing/faults.ts"
import { walkFaults } from "../testing/holds/fault-walk.ts"
import { fullHome } from "../testing/holds/full-home.ts"
import { operations } from "../testing/holds/operations.ts"
import { doneInside } from "../testing/holds/panel-operations.ts"
import { testApp } from "../testing/test-app.ts"

async function walkAll(illness: Illness): Promise<string[]> {
  await using template = await fullHome()
  let faults = 0
  const complaints: string[] = []
  for (const operation of operations) {
    const walked = await walkFaults(operation, illness, template)
    faults += walked.faults
    complaints.push(...walked.complaints)
  }
  expect(faults).toBeGreaterThan(operations.length)
  console.log(`${illness}: ${faults} faults in ${operations.length} operations, ${complaints.length} complaints`)
  return complaints
}

test("every route that could write is done by a sandbox, or its faults are walked", async () => {
  await using world = await testApp()
  const writing = world.app.routes.filter(({ method }) => !["GET", "HEAD", "WS"].includes(method))
  expect(writing.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
    [...operations.map(({ route }) => route), ...doneInside].sort(),
  )
})

test("whichever call to a broken disk fails, the refusal is honest, files are whole, and the next try works", async () => {
  expect(await walkAll("EIO once")).toEqual([])
}, 600_000)

test("wherever the disk becomes full, the refusal is honest, pages are read on, and with room the next try works", async () => {
  expect(await walkAll("ENOSPC from there on")).toEqual([])
}, 600_000)

test("wherever the file system turns read-only, pages are read on, and writable again the next try works", async () => {
  expect(await walkAll("EROFS from there on")).toEqual([])
}, 600_000)
