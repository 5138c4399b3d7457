import { afterAll, beforeAll, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { brokenView, type DrivenLoop } from "../loops/index.ts"
import type { Shelf } from "../repos/index.ts"
import { cloneWith } from "../testing/git-host.ts"
import { person } from "../testing/loops.ts"
import { direct, filesWith, hosted, mirrored, objectsBelow, outsideAgents } from "../testing/outside-agents.ts"
import { ended, limit, until } from "../testing/real-looks.ts"
import { gitIn } from "../testing/shelves.ts"

// Real podman, sshd and git, two people and the real agent; the model is a script. One server for all.
let at: Awaited<ReturnType<typeof outsideAgents>>
beforeAll(async () => {
  at = await outsideAgents()
}, limit)
afterAll(() => at[Symbol.asyncDispose](), limit)

const alice = person("alice")
const branchOf = async ({ record }: DrivenLoop) => (await at.world.loops.record(record.id))?.repo?.branch ?? ""

test(
  "of a direct repository bob, whom the host lets in, clones, fetches and pushes in his loop; alice is refused in the host's words in hers; the server's disk holds no object of it",
  async () => {
    const { real, world, people, outsideOf } = at
    await at.host.letIn(people.bob.publicKey)
    const bobs = await real.loop("bypassPermissions", { title: "Plan", repo: direct }, "bob")
    const there = await outsideOf.direct.commit({ "news.md": "Only just written.\n" })
    const said = await at.agentRuns(
      bobs,
      1,
      "cat README.md; git fetch origin 2>&1; git log -1 --format=%s origin/trunk; git show origin/trunk:news.md",
      "echo 'By bob.' > bob.md && git add bob.md && git commit -qm 'Add what bob knows' && git push -u origin HEAD 2>&1",
    )
    expect(said).toContain("only for some")
    expect(said).toContain("Only just written.")
    const branch = await branchOf(bobs)
    expect(await outsideOf.direct.git("log", "-1", "--format=%s %an", branch)).toBe("Add what bob knows bob\n")
    expect(new Set(await at.logins())).toEqual(new Set([people.bob.fingerprint]))

    // With the repository as her working folder there is no loop to work in, and she reads why.
    const broken = await real.create({ repo: direct })
    await until(async () => (await world.loops.record(broken))?.state.kind === "broken")
    const record = await world.loops.record(broken)
    const view = record && brokenView(record, alice, "en")
    expect(view?.sentence).toContain("its host did not give it to this loop")
    expect(view?.detail).toContain("Permission denied (publickey)")
    // In a loop of hers that is there, her agent reads the same.
    const hers = await real.loop()
    const refused = await at.agentRuns(
      hers,
      1,
      `git clone ${at.addressOfDirect} /loopat/context/repos/direct 2>&1; ls -A /loopat/context/repos`,
      "git clone http://127.0.0.1:4180/git/code/direct.git by-the-server 2>&1",
    )
    expect(refused).toContain("Permission denied (publickey)")
    expect(refused).toMatch(/code\/direct\.git\/' not found/)
    expect(new Set(await at.logins())).toEqual(new Set([people.bob.fingerprint]))

    const own = join(world.home, "loops", bobs.record.id)
    const objects = (await outsideOf.direct.git("rev-list", "--objects", "--all")).match(/^[0-9a-f]{40}/gm) ?? []
    expect(objects).toContain(there)
    const inLoop = await objectsBelow(own)
    expect(objects.filter((id) => inLoop.has(id))).toEqual(objects)
    const elsewhere = await objectsBelow(world.home, own)
    expect(elsewhere.size).toBeGreaterThan(0)
    expect(objects.filter((id) => elsewhere.has(id))).toEqual([])
    expect(await filesWith("Only just written.", own)).not.toEqual([])
    // The key that let him in came out of his vault, and lies nowhere else.
    const [, , key = ""] = (await readFile(people.bob.key, "utf8")).split("\n")
    const inVaults = await filesWith(key, world.home)
    expect(inVaults).toEqual([join(world.home, "personal/bob/.loopat/vaults/default/mounts/home/.ssh/id_ed25519")])
    expect(await filesWith("Only just written.", world.home, own)).toEqual([])
  },
  limit,
)

test(
  "the agent's push from a mirrored working folder arrives at the host as its driver, and after another took over as that one; its fetch asks the server",
  async () => {
    const { real, people, outsideOf } = at
    await at.host.letIn(people.alice.publicKey)
    const hers = await real.loop("bypassPermissions", { title: "Mirror", repo: mirrored })
    const branch = await branchOf(hers)
    const before = (await at.logins()).length
    const push = (name: string) =>
      `echo ${name} > ${name}.md && git add ${name}.md && git commit -qm 'By ${name}' && git push -u origin HEAD 2>&1`
    const said = await at.agentRuns(hers, 1, "cat README.md; git fetch origin 2>&1 && echo fetched", push("alice"))
    expect(said).toContain("for everybody")
    expect(said).toContain("fetched")
    expect((await at.logins()).slice(before)).toEqual([people.alice.fingerprint])
    expect(await outsideOf.mirrored.git("log", "-1", "--format=%s %an", branch)).toBe("By alice alice\n")

    const his = await at.handOver(hers.record.id, "bob")
    await at.agentRuns(his, 2, push("bob"))
    expect((await at.logins()).slice(before)).toEqual([people.alice.fingerprint, people.bob.fingerprint])
    expect(await outsideOf.mirrored.git("log", "-2", "--format=%s %an", branch)).toBe("By bob bob\nBy alice alice\n")
  },
  limit,
)

/** Has the shell say how the command before it ended. */
const told = (name: string, code = "$?") => `echo "<${name} ${code}>"`

test(
  "from inside a sandbox a hosted repository is the working folder of one loop and cloned by another: both push their branch and the trunk, and a refused push names the next command, which works",
  async () => {
    const { real, world } = at
    const shelf = join(world.home, "repos/code/hosted.git")
    const refs = async () => (await gitIn(shelf, "for-each-ref", "--format=%(refname:short) %(subject)")).split("\n")
    const commit = (file: string) => `echo ${file} > ${file} && git add ${file} && git commit -qm 'Add ${file}'`
    const first = await real.loop("bypassPermissions", { title: "Own home", repo: hosted })
    const branch = await branchOf(first)
    const said = await at.agentRuns(
      first,
      1,
      `${commit("first.md")} && git push -u origin HEAD 2>&1; ${told("branch")}`,
      `git push origin HEAD:main 2>&1; ${told("trunk")}`,
      `git tag v1 && git push origin v1 2>&1 | tee ~/said; ${told("tag", "${PIPESTATUS[0]}")}`,
      `sh -c "$(sed -n 's/^remote: loopat: .*Run: //p' ~/said)" 2>&1; ${told("next")}`,
    )
    expect(said).toContain("refs/tags/v1 is not yours to move")
    for (const outcome of ["<branch 0>", "<trunk 0>", "<tag 1>", "<next 0>"]) expect(said).toContain(outcome)
    expect(await refs()).toEqual(expect.arrayContaining([`${branch} Add first.md`, "main Add first.md"]))

    const second = await real.loop("bypassPermissions", { title: "Borrow it" }, "bob")
    const own = `loop/borrow-it-${second.record.id.slice(0, 6)}`
    const place = "/loopat/context/repos/hosted"
    const cloned = await at.agentRuns(
      second,
      1,
      `git clone -q http://127.0.0.1:4180/git/code/hosted.git ${place} && cd ${place} && git switch -qc ${own} && ls`,
      `cd ${place} && ${commit("second.md")} && git push -u origin HEAD 2>&1; ${told("branch")}`,
      `cd ${place} && git push origin HEAD:main 2>&1; ${told("trunk")}`,
      `cd ${place} && git push origin HEAD:${branch} 2>&1; ${told("theirs")}`,
    )
    expect(cloned).toContain("first.md")
    expect(cloned).toMatch(/is not yours to move[^"]* Run: git push origin HEAD:loop\//)
    for (const outcome of ["<branch 0>", "<trunk 0>", "<theirs 1>"]) expect(cloned).toContain(outcome)
    const expected = [`${own} Add second.md`, "main Add second.md", `${branch} Add first.md`]
    expect(await refs()).toEqual(expect.arrayContaining(expected))
    // What is here of the team's code is said where the agent looks for it.
    const list = () => real.box(second).files.read("repos", "REPOS.md")
    await until(async () => new TextDecoder().decode(await list()).includes("code/hosted.git` (here)"))

    // The first has fallen behind: its push is refused until it has merged.
    const merged = await at.agentRuns(
      first,
      2,
      `${commit("third.md")}; git push origin HEAD:main 2>&1; ${told("behind")}`,
      `git fetch -q origin && git merge -q --no-edit origin/main && git push origin HEAD:main 2>&1; ${told("merged")}`,
    )
    for (const outcome of ["<behind 1>", "<merged 0>"]) expect(merged).toContain(outcome)
    expect((await gitIn(shelf, "ls-tree", "--name-only", "main")).trim().split("\n")).toEqual([
      "README.md",
      "first.md",
      "second.md",
      "third.md",
    ])
    await gitIn(shelf, "fsck", "--strict")
  },
  limit,
)

/** What people write on both sides of a context: alice here, and somebody who knows nothing of this server there. */
async function twoSides(shelf: Shelf) {
  const home = await at.home(shelf.context)
  const repository = await at.world.shelves.open(shelf)
  const state = async () => (await repository.outside())?.state
  const tip = async () => (await gitIn(home.path, "for-each-ref", "--format=%(objectname)", "refs/heads/main")).trim()
  return {
    there: (...args: string[]) => gitIn(home.path, ...args),
    attach: home.attach,
    refresh: () => repository.refresh({ now: true }),
    diverged: async () => (await state()) === "diverged",
    inStep: async () => (await state()) === "in-step" && (await tip()) === (await repository.resolve()),
    async save(text: string): Promise<void> {
      const saved = await repository.commit({
        ...{ branch: "main", base: (await repository.resolve()) ?? "", changes: [{ path: "plan.md", text }] },
        ...{ author: { name: "Alice", email: "a@example.org" }, message: "Save", by: { user: alice.name } },
      })
      expect(saved.kind).toBe("committed")
    },
    async saveThere(text: string): Promise<void> {
      const laptop = await cloneWith(home.path, `${home.path}-laptop`)
      await laptop.commit({ "plan.md": text })
      expect((await laptop.git("push", "--quiet", "origin", "HEAD:main")).code).toBe(0)
    },
  }
}

/** Makes the loop that the button of a context makes, whose agent takes each step of the message that is there already. */
async function resolveInLoop(shelf: "notes" | "personal", text: string): Promise<string> {
  const { real, world } = at
  const origin = { kind: "merge", shelf } as const
  const described = await world.loops.describe(origin, { user: alice, locale: "en" })
  const { title = "", message = "" } = described ?? {}
  const [, folder = ""] = /^In (\S+),/.exec(message) ?? []
  const steps = [...message.matchAll(/^\d\. (git [^(\n,]*[^(\n, ])/gm)].map(([, step = ""]) => step)
  expect(steps).toHaveLength(4)
  const [fetch, mine, theirs, push] = steps
  const bash = (...lines: string[]) => {
    const command = [`cd ${folder}`, ...lines].join("\n")
    return { tool: "Bash", input: { command, description: "run it" } }
  }
  real.model.queue(
    bash(`${fetch} && ${mine}`),
    bash(`${theirs} 2>&1; cat plan.md`),
    bash(`printf '${text}' > plan.md`, `git add plan.md && git commit -qm 'Keep both' && ${push} 2>&1`),
    { text: "Both are kept." },
  )
  const loop = await real.loop("bypassPermissions", { origin, title, message })
  return JSON.stringify(await real.wait(loop, (all) => ended(1)(all) && all, "the merge"))
}

test(
  "sides that collided are joined by the loop that the button makes: its agent does what the first message says, and both sides have it",
  async () => {
    const notes = await twoSides({ context: "notes" })
    notes.attach()
    await notes.save("one\n")
    await until(notes.inStep)
    await notes.saveThere("written there\n")
    await notes.save("written here\n")
    await until(notes.diverged)
    const said = await resolveInLoop("notes", "written here\\nwritten there\\n")
    expect(said).toContain("<<<<<<< HEAD")
    expect(said).toContain("Both are kept.")
    await until(notes.inStep)
    expect(await notes.there("show", "main:plan.md")).toBe("written here\nwritten there\n")
    await notes.there("fsck", "--strict")
  },
  limit,
)

test(
  "a home outside that began apart and has a page of the same name is joined in the same way, and nothing of either is lost",
  async () => {
    const own = await twoSides({ context: "personal", user: alice.name })
    await own.save("of here\n")
    await own.saveThere("of there\n")
    own.attach()
    await own.refresh()
    expect(await own.diverged()).toBe(true)
    const said = await resolveInLoop("personal", "of here\\nof there\\n")
    expect(said).toContain("CONFLICT (add/add)")
    await until(own.inStep)
    expect(await own.there("show", "main:plan.md")).toBe("of here\nof there\n")
    expect((await own.there("log", "--format=%s", "main")).split("\n")).toEqual(
      expect.arrayContaining(["Save", "Change", "Keep both"]),
    )
    await own.there("fsck", "--strict")
  },
  limit,
)
