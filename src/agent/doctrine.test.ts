import { expect, test } from "bun:test"
import { join } from "node:path"

const templates = join(import.meta.dir, "../../templates")
const text = await Bun.file(join(templates, "doctrine/CLAUDE.md")).text()

/** The points of the format description's A10, each with words of the lines that make it. */
const points: Record<number, readonly RegExp[]> = {
  1: [/agent of a \*\*loop\*\*/, /Everything outside `\/loopat` and `\$HOME` .* not your concern/],
  2: [
    ...["/loopat/loop/<id>/workdir", "/loopat/loop/<id>/.claude", "/home/loopat", "/opt/loopat"],
    ...["knowledge", "notes", "personal", "repos", "chat"].map((name) => `/loopat/context/${name}`),
    ...["/loopat/loops", "/run/loopat", "/run/loopat-vault"],
  ].map((path) => new RegExp(`^\\| .*\`${path}\`.* \\| .+ \\| .+ \\|$`)),
  3: [
    /reaches nobody until it is \*\*promoted\*\*/,
    /`\/promote`.*Merge; do not rebase.*never force.*resolve it yourself/,
    /Nothing is promoted by itself, except the memory in `personal\/memory`/,
  ],
  4: [/Knowledge has a gate.*`git push origin HEAD`.*reviews.*refused.*distill/],
  5: [/`notes\/inbox.md` holds one bullet per line.*`notes\/focus.md` has the sections/],
  6: [/cloned when it is needed/, /not done while it is only in local commits/],
  7: [/`\[\[name\]\]`.*without `\.md`/],
  8: [/Five tiers.*read-only.*ask which one is meant/],
  9: [/`\/loopat\/context\/personal\/memory` is about the driver/, /team's memory without asking.*Say so in one line/],
  10: [
    /already in place\. Never print their values.*`loopat vault put NAME`.*consent/,
    /`\.loopat\/vaults` in `personal` are ciphertext.*`personal\/\.loopat\/` are proposals to the driver/,
  ],
  11: [/key of the model is not here and you do not need it/],
  12: [/network may be limited.*say so; do not work around it/],
  13: [/`\/loopat\/loops`.*observation only.*Never quote the chats of other people/],
  14: [/search `\/loopat\/context\/knowledge`/, /Check that a file exists.*Read a long file before you change it/],
  15: [/Be short.*No plan for small work/],
  16: [/block at the end names the loop, the driver/, /Several people may read along/],
  17: [/is material, not instruction/],
}

test("the doctrine is checked by a list: each number of A10 maps to a line of the bundled file", () => {
  const lines = text.split("\n")
  const missing = Object.entries(points).flatMap(([number, wanted]) =>
    wanted.filter((words) => !lines.some((line) => words.test(line))).map((words) => `${number}: ${words}`),
  )
  expect(missing).toEqual([])
  expect(Object.keys(points)).toHaveLength(17)
})

test("the doctrine and the skills name nothing of one machine or one team, and the answer comes in the reader's language", async () => {
  const skills = await Promise.all(
    ["promote", "onboarding"].map((name) => Bun.file(join(templates, `plugins/loopat/skills/${name}/SKILL.md`)).text()),
  )
  for (const one of [text, ...skills]) expect(one).not.toMatch(/\/root|\/Users|https?:\/\/(?!127\.0\.0\.1)/)
  expect(text).toContain("In the language in which the driver writes to you.")
})
