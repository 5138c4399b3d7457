import { expect, test } from "bun:test"
import { testIds } from "../testing/clock.ts"
import * as ids from "./ids.ts"

const uuid = "7b0c3ab2-11f5-4d0c-9d63-0f2f4f1d6e21"
const long = (count: number) => "a".repeat(count)

const names: Record<string, { parse: (value: unknown) => string | undefined; good: string[]; bad: string[] }> = {
  user: {
    parse: ids.parseUserName,
    good: ["a", "0", "ada-l_2", long(32)],
    bad: ["", "-a", "_a", "Ada", "a.b", "a b", "ä", long(33), "a\n"],
  },
  loop: {
    parse: ids.parseLoopId,
    good: [uuid],
    bad: [
      uuid.toUpperCase(),
      uuid.replace("-4", "-1"),
      uuid.replace("-9", "-c"),
      uuid.slice(1),
      `${uuid}a`,
      ` ${uuid}`,
      `${uuid}\n`,
    ],
  },
  workspace: { parse: ids.parseWorkspaceId, good: [uuid], bad: ["workspace", ""] },
  vault: {
    parse: ids.parseVaultName,
    good: ["default", "A.b_c-1", long(64)],
    bad: ["", ".a", "-a", "a/b", "..", long(65)],
  },
  variable: {
    parse: ids.parseEnvName,
    good: ["A", "_", "API_KEY_2", long(128)],
    bad: ["", "2A", "A-B", "A=B", long(129)],
  },
  repository: {
    parse: ids.parseRepoName,
    good: ["loopat", "a.b"],
    bad: ["", "a.git", "a.lock", ".git", "a/b", long(65)],
  },
  provider: {
    parse: ids.parseProviderName,
    good: ["Anthropic", "本地", "a b", long(64)],
    bad: ["", "default", ".a", "a/b", "a\\b", "a\0b", "a\nb", "\u007f", long(65)],
  },
  turn: {
    parse: ids.parseTurnId,
    good: ["turn_0123456789abcdef0123"],
    bad: ["turn_", "ask_0123456789abcdef0123", "turn_0123456789ABCDEF0123"],
  },
  ask: { parse: ids.parseAskId, good: ["ask_0123456789abcdef0123"], bad: ["ask_1", "turn_0123456789abcdef0123"] },
}

test("each kind of name takes what the formats allow and nothing else", () => {
  for (const [kind, { parse, good, bad }] of Object.entries(names)) {
    for (const name of good) expect([kind, name, parse(name)]).toEqual([kind, name, name])
    for (const name of bad) expect([kind, name, parse(name)]).toEqual([kind, name, undefined])
  }
})

test("what is no text at all is no name either", () => {
  for (const { parse } of Object.values(names)) {
    for (const value of [undefined, null, 1, true, {}, [], ["a"], { toString: () => "a" }, Symbol("a")])
      expect(parse(value)).toBeUndefined()
  }
})

test("no name that is used as a file name can leave its folder", () => {
  const hostile = [
    "..",
    ".",
    "../a",
    "a/../../b",
    "a\0",
    "/etc",
    "a\\..\\b",
    "%2e%2e",
    "\u2025",
    "\uff0e\uff0e",
    "~",
    "-rf",
  ]
  for (const parse of [ids.parseUserName, ids.parseLoopId, ids.parseVaultName, ids.parseRepoName]) {
    for (const name of hostile) expect(parse(name)).toBeUndefined()
  }
})

test("new ids are accepted by their own parsers", () => {
  const source = testIds()
  expect(ids.parseLoopId(ids.newLoopId(source))).toBeDefined()
  expect(ids.parseWorkspaceId(ids.newWorkspaceId(source))).toBeDefined()
  expect(ids.parseTurnId(ids.newTurnId(source))).toBeDefined()
  expect(ids.parseAskId(ids.newAskId(source))).toBeDefined()
})

test("the short forms of an id are its beginning", () => {
  const loop = ids.parseLoopId(uuid)
  if (!loop) throw new Error("the id must parse")
  expect([ids.id8(loop), ids.id6(loop)]).toEqual(["7b0c3ab2", "7b0c3a"])
})
