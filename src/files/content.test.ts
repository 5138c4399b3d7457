import { expect, test } from "bun:test"
import { bothTexts } from "./content.ts"
import { beneathRoot } from "./look.ts"
import { uploadsAtOnce } from "./upload.ts"
import { createRooms } from "../lib/rooms.ts"
import { person } from "../testing/loops.ts"

test("a link is followed by its text alone, and only to what lies beneath the same root", () => {
  const root = "/loopat/loop/x/workdir"
  const cases: [path: string, target: string, to: string | undefined][] = [
    ["a/link", "b", "a/b"],
    ["a/link", "../c/./d", "c/d"],
    ["link", "..", undefined],
    ["a/link", "../../etc/passwd", undefined],
    ["link", "/etc/passwd", undefined],
    ["link", `${root}/a`, "a"],
    ["link", `${root}-other/a`, undefined],
    ["link", `${root}/../x`, undefined],
    ["a/link", ".", "a"],
  ]
  for (const [path, target, to] of cases)
    expect([target, beneathRoot("/loopat/loop/x/workdir", path, target)]).toEqual([target, to])
})

test("two texts in one keep what is alike once and mark what differs", () => {
  const names = { mine: "mine", theirs: "theirs" }
  expect(bothTexts("a\nb\nc", "a\nX\nc", names)).toBe("a\n<<<<<<< mine\nb\n=======\nX\n>>>>>>> theirs\nc")
  expect(bothTexts("same", "same", names)).toBe("same")
  expect(bothTexts("", "x", names)).toBe("<<<<<<< mine\n\n=======\nx\n>>>>>>> theirs")
})

test("four uploads of one person are under way at most, and others are not held up", () => {
  const uploads = createRooms(() => uploadsAtOnce)
  const [alice, bob] = [person("alice").name, person("bob").name]
  const taken = [1, 2, 3, 4].map(() => uploads.enter(alice))
  expect([uploads.enter(alice), taken.every(Boolean), uploads.enter(bob)]).toEqual([false, true, true])
  uploads.leave(alice)
  expect(uploads.enter(alice)).toBe(true)
})
