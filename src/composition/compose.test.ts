import { expect, test } from "bun:test"
import { shelvesWorld } from "../testing/shelves.ts"
import { userName } from "../testing/loops.ts"
import { compose } from "./compose.ts"
import { composeTiers } from "./index.ts"
import type { Tier } from "./tier.ts"

const tier = (name: string, files: Record<string, string>): Tier => ({
  name,
  files: new Map(
    Object.entries(files).map(([path, text]) => [path, { executable: false, content: new TextEncoder().encode(text) }]),
  ),
})
const texts = (tiers: Tier[]) =>
  Object.fromEntries(compose(tiers).files.map(({ path, file }) => [path, new TextDecoder().decode(file.content)]))

test("instructions follow each other in tier order, without front matter, each after a line that names its tier", () => {
  expect(
    texts([
      tier("team", { "CLAUDE.md": "---\ndescription: Ours\n---\n# Team\n" }),
      tier("personal:alice", { "CLAUDE.md": "\nBe brief.\n" }),
    ]),
  ).toEqual({ "CLAUDE.md": "<!-- loopat tier: team -->\n# Team\n\n<!-- loopat tier: personal:alice -->\nBe brief.\n" })
  expect(texts([tier("team", { "CLAUDE.md": "---\na: b\n---\n" })])).toEqual({})
})

test("of a skill of the same name no file of the earlier tier is left, others stay, and the later agent counts", () => {
  const team = tier("team", {
    "skills/ship/SKILL.md": "team",
    "skills/ship/steps.md": "team",
    "skills/shipping/SKILL.md": "team",
    "agents/a.md": "team",
    "agents/b.md": "team",
  })
  expect(texts([team, tier("personal:alice", { "skills/ship/SKILL.md": "mine", "agents/b.md": "mine" })])).toEqual({
    "agents/a.md": "team",
    "agents/b.md": "mine",
    "skills/ship/SKILL.md": "mine",
    "skills/shipping/SKILL.md": "team",
  })
})

test("the same tier twice changes nothing, the order of files does not matter, and the hash tells every difference", () => {
  const files = { "skills/x/SKILL.md": "x", "agents/a.md": "a" }
  const once = compose([tier("team", files)])
  expect(compose([tier("team", files), tier("team", files)])).toEqual(once)
  expect(compose([tier("team", Object.fromEntries(Object.entries(files).toReversed()))])).toEqual(once)
  const hashes = [
    once,
    compose([tier("team", { ...files, "agents/a.md": "b" })]),
    compose([tier("team", { ...files, "agents/b.md": "a" })]),
    compose([
      {
        name: "team",
        files: new Map([...tier("", files).files].map(([path, file]) => [path, { ...file, executable: true }])),
      },
    ]),
  ].map(({ hash }) => hash)
  expect(new Set(hashes).size).toBe(hashes.length)
})

test("tiers are read at their commit: what is not for the agent, links and long files are left out, and the last two are told", async () => {
  await using world = await shelvesWorld({ admins: ["root"] })
  const repository = await world.shelves.open({ context: "personal", user: userName("alice") })
  const outcome = await repository.commit({
    branch: "main",
    base: (await repository.resolve()) ?? "",
    changes: [
      { path: ".loopat/.claude/CLAUDE.md", text: "Mine." },
      { path: ".loopat/.claude/skills/tea/SKILL.md", text: "Tea." },
      { path: ".loopat/.claude/skills/tea/long.md", text: "x".repeat((1 << 20) + 1) },
      { path: ".loopat/.claude/skills/tea/.secret", text: "hidden" },
      { path: ".loopat/.claude/projects/old.jsonl", text: "{}" },
      { path: ".loopat/.claude/agents/deep/no.md", text: "no" },
      { path: "CLAUDE.md", text: "not this one" },
    ],
    author: { name: "Alice", email: "a@b" },
    message: "Mine",
    by: { user: userName("alice") },
  })
  if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome))
  const composed = await composeTiers([{ name: "personal:alice", repository, commit: outcome.commit }])
  expect(composed.files.map(({ path }) => path)).toEqual(["CLAUDE.md", "skills/tea/SKILL.md"])
  expect(composed.faults).toEqual([{ tier: "personal:alice", path: "skills/tea/long.md", why: "too-long" }])
})
