import { expect, test } from "bun:test"
import { commandFor, type Files, rangesOf } from "./subordinate-ids.ts"

test("lines of subuid are read, others are left out", () => {
  expect(rangesOf("alice:100000:65536\n# no\nbob:x:1\n\n1000:200000:10\n")).toEqual([
    { who: "alice", start: 100_000, count: 65_536 },
    { who: "1000", start: 200_000, count: 10 },
  ])
  expect(rangesOf(undefined)).toEqual([])
})

function check(users: string, groups: string, expected: string) {
  const files: Files = { users: rangesOf(users), groups: rangesOf(groups) }
  expect([users, groups, commandFor(files, 1000, "ada")]).toEqual([users, groups, expected])
}

test("the command gives only the ids that are missing, out of a range that nobody has", () => {
  const both = (range: string) =>
    `sudo usermod --add-subuids ${range} --add-subgids ${range} "$(id -un 1000)" && podman system migrate`
  check("", "", both("100000-165535"))
  check("bob:100000:65536", "bob:100000:65536", both("165536-231071"))
  check("bob:165536:65536\neve:100000:65536", "", both("231072-296607"))
  check("bob:200000:65536", "eve:100000:1", both("100001-165536"))
  check("bob:300000:65536", "", both("100000-165535"))
  const groups = `sudo usermod --add-subgids 165536-231071 "$(id -un 1000)" && podman system migrate`
  check("ada:100000:65536", "", groups)
  check("1000:100000:65536", "ada:1:9", groups)
})

test("where the files have enough, podman only has to read them again", () => {
  check("ada:100000:65536", "1000:100000:70000", "podman system migrate")
})
