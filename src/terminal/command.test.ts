import { expect, test } from "bun:test"
import { systemClock } from "../platform/clock.ts"
import { linkWorld } from "../testing/link-world.ts"
import { runCommand } from "./command.ts"

test("of a long output both ends are shown, with a mark between them and no character broken", async () => {
  await using link = await linkWorld()
  const { box } = await link.guest()
  const ran = await runCommand(
    box,
    "printf x; for i in $(seq 40000); do printf '修复'; done; printf y; exit 3",
    systemClock,
  )
  expect(ran).toMatchObject({ wasCut: true, code: 3, signal: null })
  expect(ran.output).not.toContain("\ufffd")
  expect(ran.output).toStartWith("x修复修复")
  expect(ran.output).toEndWith("修复修复y")
  expect(ran.output.split("\n…\n").map((part) => Math.round(Buffer.byteLength(part) / 1024))).toEqual([32, 32])
})

test("a short output is shown whole", async () => {
  await using link = await linkWorld()
  const { box } = await link.guest()
  expect(await runCommand(box, "cat; echo one", systemClock)).toEqual({
    ...{ output: "one\n", wasCut: false, code: 0, signal: null },
  })
})

test("a command that begins like an option is the command", async () => {
  await using link = await linkWorld()
  const { box } = await link.guest()
  expect(await runCommand(box, "--version || echo went on", systemClock)).toMatchObject({ code: 0 })
})
