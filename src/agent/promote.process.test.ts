import { afterAll, beforeAll, expect, test } from "bun:test"
import { join } from "node:path"
import type { DrivenLoop } from "../loops/index.ts"
import type { Shelf } from "../repos/index.ts"
import { userName } from "../testing/loops.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { ended, limit, until } from "../testing/real-looks.ts"

// Real podman, real git on both sides, the real agent; the model is a script. One server for all.
let real: RealAgent
beforeAll(async () => {
  real = await realAgent({}, { contexts: true })
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

const notes: Shelf = { context: "notes" }
const knowledge: Shelf = { context: "knowledge" }
const personal: Shelf = { context: "personal", user: userName("alice") }

async function textOf(shelf: Shelf, path: string, ref?: string): Promise<string | undefined> {
  const repository = await real.world.shelves.open(shelf)
  const file = (await repository.files((await repository.resolve(ref)) ?? "")).find((one) => one.path === path)
  const read = file && (await repository.read(file.blob))
  return read?.kind === "content" ? new TextDecoder().decode(read.content) : undefined
}

/** Has the agent run these lines, one after the other, and returns what they printed. */
async function agentRuns(loop: DrivenLoop, turns: number, ...lines: string[]): Promise<string> {
  await real.send(loop, [...lines.map((line) => `#bash ${line}`), "#say done"].join("\n"))
  return JSON.stringify(await real.wait(loop, (all) => ended(turns)(all) && all, `turn ${turns}`))
}

/** The lines of the bundled skill: where each context lies, and how it is pushed. */
async function skillLines(): Promise<Record<string, { folder: string; push: string }>> {
  const skill = join(import.meta.dir, "../../templates/plugins/loopat/skills/promote/SKILL.md")
  const rows = (await Bun.file(skill).text()).matchAll(/^\| `(\/loopat\/context\/(\w+))` \| `(git push [^`]+)` \|/gm)
  return Object.fromEntries([...rows].map(([, folder = "", name = "", push = ""]) => [name, { folder, push }]))
}

test(
  "the agent commits a note and promotes as the skill says: a second loop and the server have it at once; the same of knowledge is a proposal; what it remembered is kept by itself",
  async () => {
    const lines = await skillLines()
    expect(Object.keys(lines)).toEqual(["notes", "personal", "knowledge"])
    const promoted = (name: string, file: string, text: string) => {
      const { folder, push } = lines[name] ?? { folder: "", push: "" }
      const commit = `cd ${folder} && echo "${text}" >> ${file} && git add ${file} && git commit -qm "Add ${file}"`
      return `${commit} && git fetch origin && git merge origin/main && ${push} 2>&1`
    }
    const first = await real.loop()
    const said = await agentRuns(
      first,
      1,
      promoted("notes", "inbox.md", "- a thought"),
      promoted("personal", "about.md", "Likes tea."),
      "cd /loopat/context/knowledge && echo Fact > fact.md && git add fact.md && git commit -qm 'Add a fact' && git push origin HEAD:main 2>&1",
      `cd /loopat/context/knowledge && ${lines["knowledge"]?.push} 2>&1`,
      "mkdir -p /loopat/context/personal/memory; cd /loopat/context/personal/memory; echo 'Uses tabs.' > tabs.md; echo '- [Tabs](tabs.md) — when formatting' >> MEMORY.md; echo open > ../draft.md",
      "cat /loopat/context/repos/REPOS.md",
    )
    expect(said).toContain("remote: loopat: knowledge is reviewed before it changes")
    expect(said).toContain("# Repositories")
    expect(await textOf(notes, "inbox.md")).toEndWith("- a thought\n")
    expect(await textOf(personal, "about.md")).toBe("Likes tea.\n")
    expect(await textOf(knowledge, "fact.md")).toBeUndefined()
    expect(await textOf(knowledge, "fact.md", `loop/${first.record.id}`)).toBe("Fact\n")
    await until(async () => (await textOf(personal, "memory/tabs.md")) === "Uses tabs.\n")
    expect(await textOf(personal, "memory/MEMORY.md")).toContain("[Tabs](tabs.md)")
    expect(await textOf(personal, "draft.md")).toBeUndefined()

    const init = said.match(/memory_paths[^}]*/)?.[0]
    expect(init).toContain("/loopat/context/personal/memory")

    const second = await real.loop()
    const seen = await agentRuns(
      second,
      1,
      "cat /loopat/context/notes/inbox.md /loopat/context/personal/memory/tabs.md; ls /loopat/context/knowledge; git -C /loopat/context/notes fsck 2>&1",
    )
    expect(seen).toContain("- a thought")
    expect(seen).toContain("Uses tabs.")
    expect(seen).not.toContain("fact.md")
    expect(seen).not.toMatch(/missing|broken|dangling/)

    // Somebody was quicker: the push is refused, and what the skill says next brings both texts together.
    await agentRuns(second, 2, promoted("notes", "second.md", "of the second"))
    const raced = await agentRuns(
      first,
      2,
      `cd /loopat/context/notes && echo "- another" >> inbox.md && git commit -qam "Another" && ${lines["notes"]?.push} 2>&1; git fetch origin && git merge origin/main 2>&1 && ${lines["notes"]?.push} 2>&1`,
    )
    expect(raced).toMatch(/fetch first|rejected/)
    expect(await textOf(notes, "second.md")).toBe("of the second\n")
    expect(await textOf(notes, "inbox.md")).toEndWith("- a thought\n- another\n")
  },
  limit,
)

test(
  "instructions and a skill of the team, and one's own, reach the agent as copies; it cannot write them, and a later change of the team's is not in this loop",
  async () => {
    const root = userName("root")
    const put = async (shelf: Shelf, path: string, text: string) => {
      const user = shelf.context === "personal" ? shelf.user : root
      const repository = await real.world.shelves.open(shelf)
      const outcome = await repository.commit({
        ...{ branch: "main", base: (await repository.resolve()) ?? "", changes: [{ path, text }] },
        ...{ author: { name: "Root", email: "r@example.org" }, message: "Configure", by: { user } },
      })
      if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome))
    }
    const skill = (name: string, words: string) => `---\nname: ${name}\ndescription: ${words}\n---\nDo it.\n`
    await put(knowledge, ".loopat/.claude/CLAUDE.md", "The team writes in blue ink.\n")
    await put(knowledge, ".loopat/.claude/skills/ship-it/SKILL.md", skill("ship-it", "Ships what is ready."))
    await put(personal, ".loopat/.claude/CLAUDE.md", "Alice likes haiku.\n")
    const loop = await real.loop()
    await put(knowledge, ".loopat/.claude/CLAUDE.md", "The team writes in red ink.\n")
    const before = real.model.requests.length
    const said = await agentRuns(
      loop,
      1,
      "echo mine >> $CLAUDE_CONFIG_DIR/CLAUDE.md; rm $CLAUDE_CONFIG_DIR/skills/ship-it/SKILL.md; touch $CLAUDE_CONFIG_DIR/own",
    )
    expect(said.match(/Read-only file system|Permission denied/g)?.length).toBeGreaterThanOrEqual(2)
    const heard = JSON.stringify(real.model.requests.slice(before).map(({ body }) => body))
    for (const words of ["The team writes in blue ink.", "Alice likes haiku.", "ship-it", "Ships what is ready."])
      expect(heard).toContain(words)
    expect(heard).not.toContain("red ink")
    const { snapshot } = (await real.world.loops.record(loop.record.id)) ?? {}
    expect(snapshot).toMatchObject({ tiers: ["team", "personal:alice"], entries: ["CLAUDE.md", "skills"] })
    expect(snapshot?.hash).toMatch(/^[0-9a-f]{64}$/)
  },
  limit,
)

test(
  "a conversation becomes knowledge: a loop distills it, waits for what to look for, and proposes a page that a person merges",
  async () => {
    const source = await real.loop()
    await agentRuns(source, 1, "echo 'the parser needs LC_ALL=C'")
    const loop = await real.loop("bypassPermissions", { origin: { kind: "distill", loop: source.record.id } })
    expect((await real.events(loop)).map(({ kind }) => kind)).toEqual(["loop-created"])

    const before = real.model.requests.length
    const said = await agentRuns(
      loop,
      1,
      "cat CLAUDE.md; grep -c 'LC_ALL=C' source/messages.jsonl; ls source",
      "cd /loopat/context/knowledge && echo '# Parser' > parser.md && git add parser.md && git commit -qm 'Say what the parser needs' && git push origin HEAD 2>&1",
    )
    expect(said).toContain("This loop distills")
    expect(JSON.stringify(real.model.requests.slice(before).map(({ body }) => body))).toContain("Kind: distill.")
    const repository = await real.world.shelves.open(knowledge)
    const branch = `loop/${loop.record.id}`
    expect(await textOf(knowledge, "parser.md", branch)).toBe("# Parser\n")
    const tip = (await repository.resolve(branch)) ?? ""
    const reviewer = { author: { name: "Bob", email: "b@example.org" }, by: { user: userName("root") } }
    expect((await repository.merge({ into: "main", from: tip, message: "Merge", ...reviewer })).kind).toBe("merged")
    expect(await textOf(knowledge, "parser.md")).toBe("# Parser\n")
  },
  limit,
)
