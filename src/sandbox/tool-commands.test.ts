import { expect, test } from "bun:test"
import { commitTools, versionsOf } from "./tool-commands.ts"

const inspected = (Labels: unknown) => JSON.stringify([{ Labels }])

test("the versions of tools are read back from the image that they were written on", () => {
  const versions = new Map([
    ["node", "24.11.0"],
    ["npm:@scope/a b", "1.0.0"],
  ])
  const { argv } = commitTools("podman", { name: "c", tag: "t", base: "b", took: 1, versions })
  const [, label = ""] = argv.find((one) => one.includes("loopat.tools="))?.split("loopat.tools=") ?? []
  expect(label).toMatch(/^[\w-]+$/)
  expect(versionsOf(inspected({ "loopat.tools": label }))).toEqual(versions)
})

test("an image without them, and whatever else podman might say, has no versions", () => {
  const texts = ["", "{}", "[]", "[{}]", inspected(null), inspected({ "loopat.tools": "!" }), inspected({ x: "y" })]
  for (const text of texts) expect([text, versionsOf(text).size]).toEqual([text, 0])
})
