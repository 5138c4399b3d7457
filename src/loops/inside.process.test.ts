import { expect, test } from "bun:test"
import { testNestedImage } from "../testing/nested-image.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import { lookInside } from "./inside.ts"

test("a look inside finds tools with their versions and places, names of variables without a value, and what is in use", async () => {
  await using world = await sandboxWorld()
  const spec = await world.spec({ network: "gateway-only" })
  const box = await world.started(spec)
  const liar =
    'mkdir -p ~/.local/bin && printf \'#!/bin/sh\\nprintf "<b>%%s" "$SECRET_OF_ITS_OWN"; exec sleep 99\\n\' >~/.local/bin/jq && chmod +x ~/.local/bin/jq'
  await box.capture({ argv: ["sh", "-c", liar] })
  const look = await lookInside(box)
  expect(look.tools.find(({ name }) => name === "git")).toMatchObject({
    version: expect.stringMatching(/^git version 2\./),
    path: "/usr/bin/git",
  })
  expect(look.tools.find(({ name }) => name === "claude")?.version).toContain("Claude Code")
  expect(look.variables).toContain("LOOPAT_LOOP_ID")
  expect(JSON.stringify(look.variables)).not.toContain(spec.loop)
  expect(look.processes).toBeGreaterThan(1)

  const described = await world.sandboxes.describe(spec)
  expect(look.variables.filter((name) => !described?.variables.includes(name))).toEqual([])
  const mounted = (await box.capture({ argv: ["cat", "/proc/self/mountinfo"] })).stdout
  for (const { to, mode } of described?.mounts ?? []) expect(mounted).toMatch(new RegExp(` ${to} ${mode}[, ]`))
})

test("a sandbox whose settings changed while it runs is told as one to restart, and is made anew by that", async () => {
  await using world = await sandboxWorld()
  const spec = await world.spec({ network: "gateway-only" })
  expect(await world.sandboxes.isStale(spec)).toBe(false)
  await world.started(spec)
  expect(await world.sandboxes.isStale(spec)).toBe(false)
  const changed = { ...spec, network: "allow-list" } as const
  expect(await world.sandboxes.isStale(changed)).toBe(true)
  await world.sandboxes.stop(spec.loop, "restart")
  await world.started(changed)
  expect(await world.sandboxes.isStale(changed)).toBe(false)
})

test("whether containers can be started inside is tried and told as it is: they work, there is no podman, or it says why not", async () => {
  await using world = await sandboxWorld({ settings: { givenImage: await testNestedImage() } })
  const nested = await world.started(await world.spec({ network: "gateway-only", nested: true }))
  expect((await lookInside(nested, { nested: true })).containers).toEqual({ kind: "work", detail: "" })
  // As on a machine that lets nobody make a namespace.
  const closed = await world.started(await world.spec({ network: "gateway-only" }))
  expect((await lookInside(closed, { nested: true })).containers).toEqual({
    kind: "fail",
    detail: expect.stringContaining("cannot re-exec"),
  })
  expect((await lookInside(closed)).containers).toBeUndefined()
  await nested.capture({ argv: ["sudo", "rm", "/usr/bin/podman"] })
  expect((await lookInside(nested, { nested: true })).containers?.kind).toBe("missing")
}, 120_000)
