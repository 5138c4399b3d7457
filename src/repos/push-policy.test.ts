import { expect, test } from "bun:test"
import { otherLoop, ownLoop } from "../testing/git-host.ts"
import { userName } from "../testing/loops.ts"
import { numbersFrom } from "../testing/seeded.ts"
import type { Asker } from "./asker.ts"
import type { Shelf } from "./contract.ts"
import { judgePush } from "./push-policy.ts"
import { parsePushed } from "./pushed-commands.ts"

const alice = userName("alice")
const askers = {
  loop: { kind: "loop", loop: ownLoop, user: alice, rests: async () => undefined },
  member: { kind: "member", user: alice, admin: false, mayPush: true },
  reader: { kind: "member", user: alice, admin: false, mayPush: false },
  admin: { kind: "member", user: userName("root"), admin: true, mayPush: true },
  owner: { kind: "member", user: userName("bob"), admin: false, mayPush: true },
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

function expected(shelf: string, asker: string, ref: string, step: keyof typeof steps): string {
  const names = (list: string, name: string) => list.split("|").includes(name)
  const [, , , may] = table.find(([a, b, c]) => names(a, shelf) && names(b, asker) && names(c, ref)) ?? []
  if (may === "any") return "any"
  if (may === "remove") return step === "remove" ? "any" : "refused"
  return may === "forward" && step !== "remove" ? "forward" : "refused"
}

test("what each may do with each kind of ref in each repository is what the table says, and nothing else", () => {
  const found: string[] = []
  const wanted: string[] = []
  for (const [shelf, rules] of Object.entries(shelves))
    for (const [who, asker] of Object.entries(askers))
      for (const [ref, name] of Object.entries(refs))
        for (const step of ["create", "update", "remove"] as const) {
          const judged = judgePush({ ref: name, ...steps[step] }, rules, asker)
          const outcome = judged.kind === "refused" ? "refused" : judged.forward ? "forward" : "any"
          found.push(`${shelf}, ${who}, ${ref}, ${step}: ${outcome}`)
          wanted.push(`${shelf}, ${who}, ${ref}, ${step}: ${expected(shelf, who, ref, step)}`)
        }
  expect(found).toEqual(wanted)
  console.log(`${found.length} cells of the table of who may move which ref`)
})

test("ten thousand lists of commands made to confuse move no ref that the table forbids", () => {
  const random = numbersFrom(20_260_101)
  const pick = <T>(all: readonly T[]): T => all[random(all.length)] as T
  const ids = [
    one,
    two,
    "0".repeat(40),
    one,
    two,
    "0".repeat(40),
    one,
    two,
    "0".repeat(39),
    "g".repeat(40),
    "A".repeat(40),
    "",
  ]
  const pieces = [
    ...Object.values(refs),
    "refs/heads/",
    "/",
    "..",
    "main",
    " ",
    "\0",
    "\n",
    "loop/",
    "\u202e",
    "~1",
    "@{0}",
  ]
  const name = () =>
    random(3) > 0 ? pick(Object.values(refs)) : Array.from({ length: 1 + random(4) }, () => pick(pieces)).join("")
  let allowed = 0
  for (let n = 0; n < 10_000; n++) {
    const lines = Array.from({ length: 1 + random(2) }, (_, index) => {
      const text = `${pick(ids)}${pick([" ", " ", " ", "", "\t"])}${pick(ids)} ${name()}`
      const said = `${pick(["", "", "", "shallow ", "push-cert\0"])}${text}${index === 0 ? pick(["\0report-status", "", "\0\0"]) : ""}\n`
      const bytes = Buffer.from(said)
      if (random(10) === 0) bytes[random(bytes.length)] = random(256)
      return bytes
    })
    const parsed = parsePushed(lines)
    if (parsed.kind !== "parsed") continue
    for (const [shelf, rules] of Object.entries(shelves))
      for (const [who, asker] of Object.entries(askers))
        for (const command of parsed.commands) {
          if (judgePush(command, rules, asker).kind === "refused") continue
          allowed++
          const known = Object.entries(refs).find(([, ref]) => ref === command.ref)
          const step = command.to === undefined ? "remove" : command.from === undefined ? "create" : "update"
          const own = /^refs\/heads\/(propose|ui)\/(alice|bob)\/[^\s\0~^:?*[\\\u0000-\u001f]+$/.exec(command.ref)
          const mine =
            own?.[2] === asker.user ||
            (step === "remove" && asker.kind === "member" && (asker.admin || rules.shelf.context === "personal"))
          const removed =
            step === "remove" && /^refs\/heads\/(loop|propose|ui)\/./.test(command.ref) && asker.kind === "member"
          const fine = known ? expected(shelf, who, known[0], step) !== "refused" : mine || removed
          if (!fine) throw new Error(`${shelf}, ${who}, ${step} of ${JSON.stringify(command.ref)} was allowed`)
        }
  }
  expect(allowed).toBeGreaterThan(1_000)
  console.log(`10000 lists of commands, ${allowed} moves allowed, none that the table forbids`)
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
