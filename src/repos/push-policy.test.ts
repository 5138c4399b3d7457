import { expect, test } from "bun:test"
import { otherLoop, ownLoop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { numbersFrom } from "../testing/seeded.ts"
import type { Asker } from "./asker.ts"
import type { Shelf } from "./contract.ts"
import { judgePush } from "./push-policy.ts"
import { type PushedCommand, parsePushed } from "./pushed-commands.ts"

const alice = userName("alice")
const never = async () => undefined
const askers = {
  loop: { kind: "loop", loop: ownLoop, user: alice, rests: never },
  member: { kind: "member", user: alice, admin: false, mayPush: true, rests: never },
  reader: { kind: "member", user: alice, admin: false, mayPush: false, rests: never },
  admin: { kind: "member", user: userName("root"), admin: true, mayPush: true, rests: never },
  owner: { kind: "member", user: userName("bob"), admin: false, mayPush: true, rests: never },
} satisfies Record<string, Asker>

const shelves = {
  knowledge: { shelf: { context: "knowledge" }, trunk: "main", gated: true },
  "open knowledge": { shelf: { context: "knowledge" }, trunk: "main", gated: false },
  notes: { shelf: { context: "notes" }, trunk: "main", gated: false },
  "gated notes": { shelf: { context: "notes" }, trunk: "main", gated: true },
  "alice's": { shelf: { context: "personal", user: alice }, trunk: "main", gated: false },
  "bob's": { shelf: { context: "personal", user: userName("bob") }, trunk: "main", gated: false },
} satisfies Record<string, { shelf: Shelf; trunk: string; gated: boolean }>

const refs = {
  main: "refs/heads/main",
  "its loop": `refs/heads/loop/${ownLoop}`,
  "another loop": `refs/heads/loop/${otherLoop}`,
  "alice's proposal": "refs/heads/propose/alice/idea",
  "alice's edit": "refs/heads/ui/alice/1",
  "bob's proposal": "refs/heads/propose/bob/idea",
  tag: "refs/tags/v1",
  head: "HEAD",
  undo: "refs/loopat/undo/1/x",
  replace: "refs/replace/1",
  branch: "refs/heads/feature",
}

/** What may be done with a ref, and whether only forward; everything that no line names is refused. */
const table: [shelves: string, asker: string, refs: string, may: string][] = [
  ["knowledge|gated notes", "admin", "main", "forward"],
  ["open knowledge|notes", "loop|member|owner|admin", "main", "forward"],
  ["alice's", "loop|member", "main", "forward"],
  ["bob's", "owner", "main", "forward"],
  ["knowledge|open knowledge|notes|gated notes|alice's", "loop", "its loop", "any"],
  ["knowledge|open knowledge|notes|gated notes|alice's", "member", "alice's proposal|alice's edit", "any"],
  ["knowledge|open knowledge|notes|gated notes|bob's", "owner", "bob's proposal", "any"],
  [
    "knowledge|open knowledge|notes|gated notes",
    "admin",
    "its loop|another loop|alice's proposal|alice's edit|bob's proposal",
    "remove",
  ],
  ["alice's", "member", "its loop|another loop|bob's proposal", "remove"],
  ["bob's", "owner", "its loop|another loop|alice's proposal|alice's edit", "remove"],
]

const [one, two] = ["1".repeat(40), "2".repeat(40)]
const steps = { create: { to: one }, update: { from: one, to: two }, remove: { from: one } }

function expected({ shelf, who, ref, step }: Cell): string {
  const names = (list: string, name: string) => list.split("|").includes(name)
  const [, , , may] = table.find(([a, b, c]) => names(a, shelf) && names(b, who) && names(c, ref)) ?? []
  if (may === "any") return "any"
  if (may === "remove") return step === "remove" ? "any" : "refused"
  return may === "forward" && step !== "remove" ? "forward" : "refused"
}

type Step = keyof typeof steps
interface Cell {
  shelf: keyof typeof shelves
  who: keyof typeof askers
  ref: keyof typeof refs
  step: Step
}

const keysOf = <T extends object>(of: T) => Object.keys(of) as (keyof T)[]

function* cells(): Generator<Cell> {
  for (const shelf of keysOf(shelves))
    for (const who of keysOf(askers))
      for (const ref of keysOf(refs)) for (const step of keysOf(steps)) yield { shelf, who, ref, step }
}

function found({ shelf, who, ref, step }: Cell): string {
  const judged = judgePush({ ref: refs[ref], ...steps[step] }, shelves[shelf], askers[who])
  if (judged.kind === "refused") return "refused"
  return judged.forward ? "forward" : "any"
}

test("what each may do with each kind of ref in each repository is what the table says, and nothing else", () => {
  const all = [...cells()]
  const named = (cell: Cell, outcome: string) => `${Object.values(cell).join(", ")}: ${outcome}`
  expect(all.map((cell) => named(cell, found(cell)))).toEqual(all.map((cell) => named(cell, expected(cell))))
  console.log(`${all.length} cells of the table of who may move which ref`)
})

const random = () => numbersFrom(20_260_101)

/** Lists of commands as nobody's git would send them: wrong ids, wrong refs, wrong ends, single bytes changed. */
function* confusing(count: number): Generator<Uint8Array[]> {
  const below = random()
  const pick = <T>(all: readonly [T, ...T[]]): T => all[below(all.length)] ?? all[0]
  const ids = [
    one,
    two,
    "0".repeat(40),
    one,
    two,
    "0".repeat(40),
    one,
    two,
    one,
    "0".repeat(39),
    "g".repeat(40),
    "",
  ] as const
  const pieces = [
    "refs/heads/",
    "/",
    "..",
    "main",
    " ",
    "\0",
    "\n",
    "loop/",
    "propose/alice/",
    "\u202e",
    "~1",
    "@{0}",
  ] as const
  const known = ["refs/heads/main", ...Object.values(refs)] as const
  const name = () =>
    below(3) > 0 ? pick(known) : Array.from({ length: 1 + below(4) }, () => pick([...pieces, ...known])).join("")
  const line = (_: unknown, index: number) => {
    const text = `${pick(ids)}${pick([" ", " ", " ", "", "\t"])}${pick(ids)} ${name()}`
    const end = index === 0 ? pick(["\0report-status", "", "\0\0"]) : ""
    const bytes = Buffer.from(`${pick(["", "", "", "", "", "", "shallow ", "push-cert\0"])}${text}${end}\n`)
    if (below(10) === 0) bytes[below(bytes.length)] = below(256)
    return bytes
  }
  for (let n = 0; n < count; n++) yield Array.from({ length: 1 + below(2) }, line)
}

/** The table once more, for any ref at all. */
function mayBe({ ref, from, to }: PushedCommand, shelf: Cell["shelf"], who: Cell["who"]): boolean {
  const removes = to === undefined
  const known = keysOf(refs).find((name) => refs[name] === ref)
  const step = from === undefined ? "create" : "update"
  if (known) return expected({ shelf, who, ref: known, step: removes ? "remove" : step }) !== "refused"
  const asker: Asker = askers[who]
  const [, kind, whose] = /^refs\/heads\/(loop|propose|ui)\/([^/]+)/.exec(ref) ?? []
  if (asker.kind === "loop" || kind === undefined || /[\s\0~^:?*[\\]|\.\./.test(ref)) return false
  const reviews = asker.admin || shelves[shelf].shelf.context === "personal"
  return (kind !== "loop" && whose === asker.user) || (removes && reviews)
}

test("ten thousand lists of commands made to confuse move no ref that the table forbids", () => {
  const pairs = keysOf(shelves).flatMap((shelf) => keysOf(askers).map((who) => ({ shelf, who })))
  let [parsed, allowed] = [0, 0]
  for (const lines of confusing(10_000)) {
    const list = parsePushed(lines)
    if (list.kind !== "parsed") continue
    parsed++
    const moves = list.commands.flatMap((command) => pairs.map((pair) => ({ command, ...pair })))
    const granted = moves.filter(
      ({ command, shelf, who }) => judgePush(command, shelves[shelf], askers[who]).kind === "allowed",
    )
    expect(granted.filter(({ command, shelf, who }) => !mayBe(command, shelf, who))).toEqual([])
    allowed += granted.length
  }
  expect(parsed).toBeGreaterThan(1_000)
  expect(allowed).toBeGreaterThan(1_000)
  console.log(`10000 lists of commands: ${parsed} read, ${allowed} moves allowed, none that the table forbids`)
})

test("a push is told which of its lines are no commands, and one from a clone without history is refused", () => {
  const list = (...lines: string[]) => parsePushed(lines.map((text) => Buffer.from(text)))
  const zero = "0".repeat(40)
  expect(list(`${zero} ${one} refs/heads/a\0report-status agent=git/2\n`, `${one} ${zero} refs/heads/b\n`)).toEqual({
    kind: "parsed",
    commands: [
      { ref: "refs/heads/a", to: one },
      { ref: "refs/heads/b", from: one },
    ],
    capabilities: new Set(["report-status", "agent=git/2"]),
  })
  expect(list(`shallow ${one}`, `${zero} ${one} refs/heads/a\0x`).kind).toBe("shallow")
  expect(list(`${zero} ${one} refs/heads/a\0x`, `${zero} ${two} refs/heads/a`).kind).toBe("malformed")
  expect(list("push-cert\0x").kind).toBe("malformed")
  expect(parsePushed([Buffer.concat([Buffer.from(`${zero} ${one} refs/heads/`), Buffer.from([0xff])])]).kind).toBe(
    "malformed",
  )
})
