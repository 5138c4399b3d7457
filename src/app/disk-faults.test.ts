import { expect, test } from "bun:test"
import { walkAll } from "../testing/holds/fault-walk.ts"
import { operations } from "../testing/holds/operations.ts"
import { doneByGit } from "../testing/holds/context-operations.ts"
import { doneInside } from "../testing/holds/panel-operations.ts"
import { testApp } from "../testing/test-app.ts"

test("every route that could write is done by a sandbox or by git, or its faults are walked", async () => {
  await using world = await testApp()
  const writing = world.app.routes.filter(({ method }) => !["GET", "HEAD", "WS"].includes(method))
  expect(writing.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
    [...new Set([...operations.map(({ route }) => route), ...doneInside, ...doneByGit])].sort(),
  )
})

test("whichever call to a broken disk fails, the refusal is honest, files are whole, and the next try works", async () => {
  expect(await walkAll("EIO once")).toEqual([])
}, 600_000)
