import { expect, test } from "bun:test"
import { testClock } from "../testing/clock.ts"
import { recordingLog } from "../testing/log.ts"
import { bestEffort, createLog, silentLog } from "./log.ts"
import { Secret } from "./secret.ts"

function written(verbose = false) {
  const lines: string[] = []
  return { lines, log: createLog({ format: "text", verbose, write: (line) => lines.push(line) }, testClock()) }
}

test("a line for people says when, how bad, where and what", () => {
  const { log, lines } = written()
  log.area("sandbox", { loop: "1a2b" }).warn("image is missing", { tag: "base" })
  expect(lines).toEqual(['2026-01-15T12:00:00.000Z warn sandbox: image is missing loop="1a2b" tag="base"'])
})

test("a line for machines is one JSON object", () => {
  const { log, lines } = recordingLog()
  log.info("started", { port: 4000 })
  expect(lines).toEqual([
    { time: "2026-01-15T12:00:00.000Z", level: "info", area: "loopat", message: "started", port: 4000 },
  ])
})

test("no input can forge a second line", () => {
  const { log, lines } = written()
  log.info("a\n2026 error loopat: forged", { name: "b\r\nc" })
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/[\r\n]/)
})

test("details are written only when they were asked for", () => {
  const quiet = written()
  const verbose = written(true)
  quiet.log.debug("detail")
  verbose.log.debug("detail")
  expect([quiet.lines.length, verbose.lines.length]).toEqual([0, 1])
})

test("an error is written with its place, and without the objects it carries", () => {
  const { log, lines } = recordingLog()
  log.error("failed", { error: Object.assign(new Error("boom"), { key: "sk-canary" }) })
  expect(lines[0]?.["error"]).toContain("boom")
  expect(lines[0]?.["error"]).toContain("log.test.ts")
  expect(JSON.stringify(lines)).not.toContain("sk-canary")
})

test("a secret in a field is not written", () => {
  const text = written()
  text.log.info("using", { key: new Secret("sk-canary"), all: { key: new Secret("sk-canary") } })
  expect(text.lines.join()).not.toContain("sk-canary")
  expect(text.lines.join()).toContain("[secret]")
})

test("best effort says what could not be done and lets the caller go on", async () => {
  const { log, lines } = recordingLog()
  await bestEffort(log, "tell the proxy", () => Promise.reject(new Error("gone")))
  await bestEffort(log, "tell the proxy", () => "told")
  expect(lines).toEqual([expect.objectContaining({ level: "warn", message: "could not tell the proxy" })])
})

test("the silent log takes everything and keeps its silence in every area", () => {
  expect(silentLog.area("x")).toBe(silentLog)
  for (const level of ["debug", "info", "warn", "error"] as const) expect(silentLog[level]("x")).toBeUndefined()
})
