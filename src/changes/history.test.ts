import { expect, test } from "bun:test"
import { numbersFrom } from "../testing/seeded.ts"
import { refusal } from "./branching.ts"
import { parseBranches, parseLog } from "./history.ts"
import { lanesOf } from "./lanes.ts"

const id = (letter: string) => letter.repeat(40)

test("commits are read with parents, names and time; a broken record ends the list", () => {
  const text = [
    ...[id("a"), `${id("b")} ${id("c")}`, "Ada", "a@b", "1700000000", "HEAD -> main, origin/main", "Merge"],
    ...[id("b"), "", "Bob\nx", "b@b", "x", "", ""],
    ...["no id", "", "", "", "", "", ""],
  ].join("\0")
  expect(parseLog(text)).toEqual([
    {
      ...{ id: id("a"), parents: [id("b"), id("c")], author: "Ada", at: 1_700_000_000_000, subject: "Merge" },
      names: ["HEAD -> main", "origin/main"],
    },
    { id: id("b"), parents: [], author: "Bob\nx", at: 0, names: [], subject: "" },
  ])
})

test("branches say how far they are ahead and behind, and which one is checked out", () => {
  const lines = ["main\0x\0origin/main\0ahead 2, behind 13\0 ", "topic\0x\0\0\0*", ""].join("\n")
  expect(parseBranches(lines)).toEqual([
    { name: "main", upstream: "origin/main", ahead: 2, behind: 13, current: false },
    { name: "topic", ahead: 0, behind: 0, current: true },
  ])
})

test("a branch has its lane from its first commit to where it left, and every line goes on in the next row", () => {
  const commits = [
    { id: "m", parents: ["a", "b"] },
    { id: "b", parents: ["c"] },
    { id: "a", parents: ["c"] },
    { id: "c", parents: [] },
  ]
  const rows = lanesOf(commits)
  expect(rows.map(({ lane }) => lane)).toEqual([0, 1, 0, 1])
  expect(rows[0]?.lines).toEqual([
    { from: 0, to: 0, part: "out" },
    { from: 0, to: 1, part: "out" },
  ])
  expect(rows[3]?.lines.every(({ to, part }) => to === 1 && part === "into")).toBe(true)
  const below = numbersFrom(3)
  const many = Array.from({ length: 80 }, (_, at) => ({
    id: String(at),
    parents: [at + 1, ...(below(3) === 0 ? [at + 2 + below(9)] : [])].filter((one) => one < 80).map(String),
  }))
  const drawn = lanesOf(many)
  drawn.slice(0, -1).forEach(({ lines }, at) => {
    const left = lines.filter(({ part }) => part !== "into").map(({ to }) => to)
    const arrived = drawn[at + 1]?.lines.filter(({ part }) => part !== "out").map(({ from }) => from) ?? []
    expect([...new Set(left)].toSorted()).toEqual([...new Set(arrived)].toSorted())
  })
})

test("what a remote refuses is told apart by its words", () => {
  const check = (said: string, kind: ReturnType<typeof refusal>["kind"]) => expect(refusal(said).kind).toBe(kind)
  check("! [rejected] main -> main (fetch first)", "behind")
  check("! [remote rejected] main -> main (pre-receive hook declined)", "gate")
  check("fatal: 'origin' does not appear to be a git repository", "no-remote")
  check("fatal: could not read Username for 'https://example.org': terminal prompts disabled", "no-access")
  check("ssh: connect to host example.org port 22: Connection refused", "unreachable")
  check("CONFLICT (content): Merge conflict in a", "conflict")
  check("something else", "refused")
})
