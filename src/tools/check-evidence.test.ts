import { expect, test } from "bun:test"
import { checkEvidence } from "./check-evidence.ts"
import { asvsIds, negativeIds } from "./evidence/ids.ts"
import { parseSource } from "./source.ts"

const shown = "src/loops/start.test.ts › a loop starts"
const source = parseSource(
  "src/loops/start.test.ts",
  'test("a loop starts", () => {})\ntest.skip("a loop ends", () => {})',
)
const day = "2026-01-15"

const negative = negativeIds.map((id) => `${id}\t${shown}\t`)
const asvs = [...asvsIds].map(([id, level]) => `${id}\t${level}\tmet\t${shown}\t${day}`)

function found(statements: readonly string[], requirements: readonly string[], sources = [source]) {
  const table = (head: string, rows: readonly string[]) => [head, ...rows, ""].join("\n")
  const texts = [
    { path: "src/tools/evidence/negative.tsv", text: table("id\ttest\tnote", statements) },
    { path: "src/tools/evidence/asvs.tsv", text: table("id\tlevel\tverdict\tground\tdate", requirements) },
  ]
  const { findings, measured } = checkEvidence(texts, sources)
  return { messages: findings.map(({ message }) => message), measured }
}

const changed = (rows: readonly string[], at: number, row: string) => rows.toSpliced(at, 1, row)

test("whole tables pass, and a repository without any has nothing to say", () => {
  expect(found(negative, asvs)).toEqual({
    messages: [],
    measured: { statementsShown: negativeIds.length, asvsMet: asvsIds.size },
  })
  expect(checkEvidence([], [source])).toEqual({ findings: [], measured: {} })
})

test("each planted flaw of the tables is found", () => {
  const flaws: [string, ReturnType<typeof found>][] = [
    ["is missing", found(negative.slice(1), asvs)],
    ["is missing", found(negative, asvs.slice(1))],
    ["is no id", found([...negative, `EX99\t${shown}\t`], asvs)],
    ["is no id", found(negative, [...asvs, `9.1.1\t1\tn/a\tno such tokens here\t${day}`])],
    ["stands here twice", found(negative, [...asvs, asvs[0] ?? ""])],
    ["no such test", found(changed(negative, 0, "EX1\tsrc/loops/start.test.ts › a loop flies\t"), asvs)],
    ["no such test", found(changed(negative, 0, "EX1\tsrc/loops/start.test.ts › a loop ends\t"), asvs)],
    ["no such test", found(negative, changed(asvs, 0, `1.1.1\t2\tmet\tit is so\t${day}`))],
    ["no such test", found(negative, asvs, [])],
    ["needs a reason", found(changed(negative, 0, "EX1\tplanned\t"), asvs)],
    ["needs a reason", found(negative, changed(asvs, 0, `1.1.1\t2\tgap\t\t${day}`))],
    ["is no verdict", found(negative, changed(asvs, 0, `1.1.1\t2\tmaybe\tit depends on the weather\t${day}`))],
    ["is of level 2", found(negative, changed(asvs, 0, `1.1.1\t1\tmet\t${shown}\t${day}`))],
    ["has no date", found(negative, changed(asvs, 0, `1.1.1\t2\tmet\t${shown}\tsome day`))],
    ["more than three columns", found(changed(negative, 0, `EX1\t${shown}\t\tmore`), asvs)],
  ]
  for (const [part, { messages }] of flaws) {
    expect([part, messages.length > 0, messages.every((message) => message.includes(part))]).toEqual([part, true, true])
  }
})

test("what is only planned does not count as shown", () => {
  const reason = "it comes with the next part"
  const { messages, measured } = found(
    changed(negative, 0, `EX1\tplanned\t${reason}`),
    changed(asvs, 0, `1.1.1\t2\tplanned\t${reason}\t${day}`),
  )
  expect(messages).toEqual([])
  expect(measured).toEqual({ statementsShown: negativeIds.length - 1, asvsMet: asvsIds.size - 1 })
})

test("the list of requirements is that of the chosen chapters and levels", () => {
  const chapters = new Set([...asvsIds.keys()].map((id) => id.split(".")[0]))
  expect([...chapters].sort()).toEqual([
    "1",
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
    "16",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
  ])
  expect([asvsIds.get("3.4.7"), asvsIds.get("1.2.10"), asvsIds.get("6.3.3"), asvsIds.get("6.3.7")]).toEqual([
    3,
    undefined,
    2,
    3,
  ])
})
