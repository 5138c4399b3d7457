import { expect, test } from "bun:test"
import { parseWorkspaceId } from "../lib/ids.ts"
import { baseTag, sourcesOf } from "./recipe.ts"

const workspace = parseWorkspaceId("aaaaaaaa-2222-4333-8444-555555555555")

test("a base image setting says where the image may come from, the preferred source first", () => {
  expect(sourcesOf("auto").map(({ kind }) => kind)).toEqual(["registry", "mirror", "host"])
  expect(sourcesOf("host")).toEqual([{ kind: "host" }])
  expect(sourcesOf("file:/srv/base.tar")).toEqual([{ kind: "file", tar: "/srv/base.tar" }])
  expect(sourcesOf("debian:bookworm@https://mirror.example/debian")).toEqual([
    { kind: "mirror", suite: "bookworm", url: "https://mirror.example/debian" },
  ])
  expect(sourcesOf("example.org/team/base:3")).toEqual([{ kind: "registry", image: "example.org/team/base:3" }])
  expect(sourcesOf("debian:bookworm")).toEqual([{ kind: "registry", image: "debian:bookworm" }])
})

test("each source has its own tag, which is the same every time", () => {
  if (!workspace) throw new Error("the workspace's id parses")
  const sources = [
    ...sourcesOf("auto"),
    ...sourcesOf("file:/a"),
    ...sourcesOf("debian:trixie@http://m/d"),
    ...sourcesOf("x:1"),
  ]
  const tags = sources.map((source) => baseTag(workspace, source))
  expect(new Set(tags).size).toBe(sources.length)
  for (const tag of tags) expect(tag).toMatch(/^localhost\/loopat-aaaaaaaa-base:[0-9a-f]{16}$/)
  expect(sources.map((source) => baseTag(workspace, source))).toEqual(tags)
})
