import { expect, test } from "bun:test"
import { readNetwork } from "./network-settings.ts"

const form = { mode: "allow-list", hosts: "", ranges: "" }

test("lines become entries, each once, in the form in which they are compared", () => {
  const read = readNetwork({
    ...form,
    hosts: " GitHub.com \n\n*.npmjs.org\r\ngithub.com",
    ranges: "10.0.0.0/8\nFD00::/8",
    driversMayAllow: "yes",
  })
  expect(read).toEqual({
    kind: "read",
    network: {
      mode: "allow-list",
      allowHosts: ["github.com", "*.npmjs.org"],
      blockRanges: ["10.0.0.0/8", "fd00::/8"],
      driversMayAllow: true,
    },
  })
})

test("the first line that is none is named, and a mode that nobody knows is refused", () => {
  const read = readNetwork({ mode: "wide-open", hosts: "github.com\nhttp://x.org\n*", ranges: "10/8" })
  expect(read).toEqual({
    kind: "flawed",
    flaws: { mode: "unknown", hosts: { line: "http://x.org" }, ranges: { line: "10/8" } },
  })
  const many = Array.from({ length: 1_001 }, (_, index) => `h${index}.org`).join("\n")
  expect(readNetwork({ ...form, hosts: many })).toMatchObject({ flaws: { hosts: "too-many" } })
})
