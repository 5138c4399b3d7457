import { expect, test } from "bun:test"
import { join } from "node:path"
import { parseWorkspaceId } from "../lib/ids.ts"
import { baseTag, imageSteps, misePinFor, sourcesOf, stepsOf } from "./recipe.ts"

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
  const tags = sources.map((source) => baseTag(workspace, source, undefined))
  const pin = misePinFor("x64")
  if (!pin) throw new Error("need a pin")
  tags.push(...[pin, { ...pin, sha256: "0" }].map((one) => baseTag(workspace, { kind: "host" }, one)))
  expect(new Set(tags).size).toBe(sources.length + 2)
  for (const tag of tags) expect(tag).toMatch(/^localhost\/loopat-aaaaaaaa-base:[0-9a-f]{16}$/)
  expect(sources.map((source) => baseTag(workspace, source, undefined))).toEqual(tags.slice(0, -2))
})

test("each source has steps of its own, and the set-up script names none that nobody knows", async () => {
  expect(stepsOf({ kind: "registry", image: "x" })).toContain("packages")
  expect(stepsOf({ kind: "host" }).slice(0, 3)).toEqual(["collect", "unpack", "user"])
  expect(stepsOf({ kind: "given", image: "x" })).toEqual(["get"])
  const script = await Bun.file(join(import.meta.dir, "../../sandbox/setup.sh")).text()
  const named = [...script.matchAll(/^ *step (\w+)$/gm)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(6)
  expect(named).toEqual(imageSteps.filter((step) => named.includes(step)))
})
