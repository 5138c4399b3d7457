import { expect, test } from "bun:test"
import { recordingLog } from "../testing/log.ts"
import { createEvents } from "./events.ts"

type News = { "loop.archived": { loop: string }; "loop.created": { loop: string } }

test("news reaches everyone who listens to it, and nobody else", () => {
  const events = createEvents<News>(recordingLog().log)
  const heard: string[] = []
  events.on("loop.archived", ({ loop }) => heard.push(`first ${loop}`))
  events.on("loop.archived", ({ loop }) => heard.push(`second ${loop}`))
  events.on("loop.created", ({ loop }) => heard.push(`other ${loop}`))
  events.announce("loop.archived", { loop: "1" })
  expect(heard).toEqual(["first 1", "second 1"])
})

test("who stopped listening hears nothing more", () => {
  const events = createEvents<News>(recordingLog().log)
  const heard: string[] = []
  const stop = events.on("loop.archived", ({ loop }) => heard.push(loop))
  events.announce("loop.archived", { loop: "1" })
  stop()
  events.announce("loop.archived", { loop: "2" })
  expect(heard).toEqual(["1"])
})

test("a listener that throws or rejects is logged and disturbs neither the announcer nor the others", async () => {
  const { log, lines } = recordingLog()
  const events = createEvents<News>(log)
  const heard: string[] = []
  const last = Promise.withResolvers<void>()
  events.on("loop.archived", () => {
    throw new Error("thrown")
  })
  events.on("loop.archived", () => Promise.reject(new Error("rejected")))
  events.on("loop.archived", ({ loop }) => {
    heard.push(loop)
    last.resolve()
  })
  events.announce("loop.archived", { loop: "1" })
  await last.promise
  // One more turn of the queue: the rejection is logged where it was awaited.
  await Promise.resolve()
  expect(heard).toEqual(["1"])
  expect(lines.map((line) => [line["level"], line["event"]])).toEqual([
    ["error", "loop.archived"],
    ["error", "loop.archived"],
  ])
})
