import { expect, test } from "bun:test"
import { findInText } from "./text.ts"

const found = (text: string) => findInText("README.md", text).map(({ rule, line }) => `${rule}:${line}`)
const host = ["registry", "npmjs", "org"].join(".")
const place = ["", "work", "main", "src"].join("/")

test("the host of a package registry is found in any file", () => {
  expect(found(`first\nnpm config set registry https://${host}/`)).toEqual(["no-registry-host:2"])
  expect(found(`  "resolved": ${'"'}https://example.org/a.tgz"`)).toEqual(["no-registry-host:1"])
  expect(found("the user's own npm configuration")).toEqual([])
})

test("a folder of one person's machine is found in any file", () => {
  expect(found(`see ${place}`)).toEqual(["no-workplace-path:1"])
  expect(found("see src/main.ts and $HOME/work/main")).toEqual([])
})
