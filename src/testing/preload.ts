import { afterAll } from "bun:test"

// A promise nobody awaited is a bug: it fails the run instead of printing a warning.
const unhandled: unknown[] = []
process.on("unhandledRejection", (reason) => unhandled.push(reason))

afterAll(() => {
  if (unhandled.length > 0) throw new Error(`unhandled rejections: ${unhandled.map(String).join("; ")}`)
})
