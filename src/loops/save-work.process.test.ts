import { afterAll, beforeAll, expect, test } from "bun:test"
import { valuesOf } from "../app/work-inside.ts"
import { parseEnvName, parseVaultName } from "../lib/ids.ts"
import { systemIds } from "../platform/clock.ts"
import { Secret } from "../platform/secret.ts"
import type { Box } from "../sandbox/index.ts"
import { person, repoName, userName } from "../testing/loops.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { limit } from "../testing/real-looks.ts"
import { gitIn } from "../testing/shelves.ts"
import { createVault, type Vault } from "../vault/index.ts"
import { suspectKey } from "./checkouts/suspects.ts"
import { inspectWork } from "./checkouts/work-report.ts"
import type { DrivenLoop } from "./contract.ts"
import { createSaveWork, type SaveWork } from "./save-work.ts"
import { createWorkbench } from "./workbench.ts"

// Real podman and real git on both sides. One server for all.
const alice = person("alice")
let real: RealAgent
let saving: SaveWork
let vault: Vault
const noted: unknown[] = []
const save = (loop: DrivenLoop, allowed: readonly string[] = []) =>
  saving(loop, { user: alice, allowed: new Set(allowed) })
beforeAll(async () => {
  const roster = ["app", "lib"].map((name) => ({ name: repoName(name), git: "", access: "hosted" as const }))
  real = await realAgent({}, { contexts: true, roster })
  const never = (): never => {
    throw new Error("no page is asked for here")
  }
  const { loops, clock } = real.world
  const workbench = createWorkbench({ loops, sandboxes: real.sandboxes, clock, frame: never, header: never })
  const settings = { personal: async () => ({ kind: "read" as const, value: {}, raw: {} }) }
  vault = createVault({ disk: real.world.disk, home: real.world.home, settings })
  saving = createSaveWork({
    ...{ loops, workbench, clock, ids: systemIds },
    valuesOf: (user) => valuesOf(vault, user),
    note: async ({ name }, action, about) => void noted.push([name, action, about]),
  })
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

type Home = Parameters<RealAgent["world"]["shelves"]["place"]>[0]
const app: Home = { context: "code", name: repoName("app") }
const lib: Home = { context: "code", name: repoName("lib") }
const notes: Home = { context: "notes" }
const knowledge: Home = { context: "knowledge" }
const personal: Home = { context: "personal", user: userName("alice") }

/** Undefined where there is no such branch, or no such file on it. */
async function textOf(home: Home, path: string, branch: string): Promise<string | undefined> {
  const { folder } = await real.world.shelves.place(home)
  const paths = await gitIn(folder, "ls-tree", "-r", "--name-only", branch).catch(() => "")
  return paths.split("\n").includes(path) ? gitIn(folder, "show", `${branch}:${path}`) : undefined
}

async function subjectsOf(home: Home, branch: string): Promise<string[]> {
  const { folder } = await real.world.shelves.place(home)
  return (await gitIn(folder, "log", "--format=%s", branch)).trim().split("\n")
}

async function begun() {
  const loop = await real.loop("bypassPermissions", { repo: "app", title: "Plan" })
  const spec = await real.world.loops.sandboxSpec(loop.record.id)
  const started = spec && (await real.sandboxes.start(spec))
  if (started?.kind !== "ready") throw new Error(JSON.stringify(started))
  const { box } = started
  return { loop, id: loop.record.id, box, shell: (script: string, cwd?: string) => shell(box, script, cwd) }
}

async function shell(box: Box, script: string, cwd?: string): Promise<string> {
  const argv = ["bash", "-euc", script] as const
  const { code, stdout, stderr } = await box.capture({ argv, ...(cwd && { cwd }) }, { timeoutMs: 60_000 })
  if (code !== 0) throw new Error(`${code}: ${stdout}${stderr}`)
  return stdout
}

async function reportOn(loop: DrivenLoop) {
  const outcome = await real.world.loops.report(loop.record.id, alice)
  if (outcome.kind !== "report") throw new Error(outcome.kind)
  return outcome.report
}

const at = (name: string) => `/loopat/context/${name}`

test(
  "an uncommitted file, an unpushed commit and an unpromoted note are all reported; saving brings each to a branch, twice as once, and then nothing is lost",
  async () => {
    const { loop, id, shell: inside } = await begun()
    await inside("echo two >b.txt; git add b.txt; git commit -qm 'Only here'; echo three >'c d.txt'")
    await inside(`git clone -q http://127.0.0.1:4180/git/code/lib.git ${at("repos/lib")}`)
    await inside("echo 1 >on-main; git add .; git commit -qm 'On the trunk'; echo 2 >loose", at("repos/lib"))
    await inside(
      "echo '- a thought' >>inbox.md; git add .; git commit -qm 'A thought'; echo draft >draft.md",
      at("notes"),
    )
    await inside("echo Fact >fact.md", at("knowledge"))
    await inside("echo Tea >about.md", at("personal"))

    const before = await reportOn(loop)
    expect(before.work).toMatchObject([
      { checkout: "workdir", uncommitted: ["c d.txt"], unpushed: [expect.stringContaining("Only here")] },
      { checkout: "knowledge", uncommitted: ["fact.md"], unpushed: [] },
      { checkout: "notes", uncommitted: ["draft.md"], unpushed: [expect.stringContaining("A thought")] },
      { checkout: "personal", uncommitted: ["about.md"], unpushed: [] },
      { checkout: "repos/lib", uncommitted: ["loose"], unpushed: [expect.stringContaining("On the trunk")] },
    ])
    expect((await real.world.loops.delete(id, alice)).kind).toBe("has-work")

    const both = await Promise.all([save(loop), save(loop)])
    const own = `loop/${id}`
    const code = `loop/plan-${id.slice(0, 6)}`
    const spare = `loop/saved-${id.slice(0, 6)}`
    expect(both).toEqual([
      [
        { checkout: "workdir", branches: [code] },
        ...["knowledge", "notes", "personal"].map((checkout) => ({ checkout, branches: [own] })),
        { checkout: "repos/lib", branches: [spare] },
      ],
      [],
    ])
    expect([await textOf(app, "b.txt", code), await textOf(app, "c d.txt", code)]).toEqual(["two\n", "three\n"])
    expect([await textOf(lib, "on-main", spare), await textOf(lib, "loose", spare)]).toEqual(["1\n", "2\n"])
    expect(await textOf(lib, "on-main", "main")).toBeUndefined()
    expect(await textOf(notes, "draft.md", own)).toBe("draft\n")
    expect(await textOf(notes, "draft.md", "main")).toBeUndefined()
    expect([await textOf(knowledge, "fact.md", own), await textOf(personal, "about.md", own)]).toEqual([
      "Fact\n",
      "Tea\n",
    ])
    expect((await subjectsOf(notes, own)).slice(0, 2)).toEqual(["Save what was in no commit", "A thought"])
    expect((await subjectsOf(app, code)).slice(0, 2)).toEqual(["Save what was in no commit", "Only here"])

    expect(await reportOn(loop)).toMatchObject({ work: [], hasWork: false })
    expect((await real.world.loops.delete(id, alice)).kind).toBe("done")
    expect(await textOf(notes, "draft.md", own)).toBe("draft\n")
  },
  limit,
)

test(
  "a save that was cut short between commit and push is gone on with, and makes no second commit",
  async () => {
    const { loop, id, shell: inside } = await begun()
    await inside("echo draft >late.md", at("notes"))
    await inside("git config remote.origin.pushurl http://127.0.0.1:4180/git/gone.git", at("notes"))
    expect(await save(loop)).toMatchObject([
      { checkout: "notes", branches: [], kept: { why: "not-pushed", said: expect.stringMatching(/\S/) } },
    ])
    expect((await reportOn(loop)).work).toMatchObject([
      { checkout: "notes", uncommitted: [], unpushed: [expect.stringContaining("Save what was in no commit")] },
    ])
    await inside("git config --unset remote.origin.pushurl", at("notes"))
    expect(await save(loop)).toEqual([{ checkout: "notes", branches: [`loop/${id}`] }])
    const saved = (await subjectsOf(notes, `loop/${id}`)).filter((subject) => subject === "Save what was in no commit")
    expect(saved).toHaveLength(1)
  },
  limit,
)

test(
  "what cannot be saved stays, with the reason: no repository, a merge under way, a repository within, a branch that moved; hooks do not stand in the way",
  async () => {
    const { loop, id, shell: inside } = await begun()
    await inside(
      `mkdir -p .git/hooks; printf '#!/bin/sh\\nexit 1\\n' >.git/hooks/pre-commit; cp .git/hooks/pre-commit .git/hooks/pre-push
      chmod +x .git/hooks/*; mkdir within; git init -q within; echo x >within/x; echo y >y`,
    )
    await inside(`mkdir -p ${at("repos/bare")}; echo only >${at("repos/bare")}/file`)
    await inside(
      `git commit -q --allow-empty -m Other; echo a >f; git add f; git commit -qm A
      git switch -qc side HEAD~1; echo b >f; git add f; git commit -qm B; git merge -q - || true`,
      at("knowledge"),
    )
    await inside(
      `git commit -q --allow-empty -m First; git push -q origin HEAD:loop/${id}
      git reset -q --hard HEAD~1; git update-ref -d refs/remotes/origin/loop/${id}; echo z >z`,
      at("notes"),
    )
    const saved = await save(loop)
    expect(saved).toMatchObject([
      { checkout: "workdir", branches: [`loop/plan-${id.slice(0, 6)}`], kept: { why: "left", said: "within/" } },
      { checkout: "knowledge", branches: [], kept: { why: "under-way", said: "merge" } },
      { checkout: "notes", branches: [], kept: { why: "not-pushed", said: expect.stringMatching(/rejected|fetch/) } },
      { checkout: "repos/bare", branches: [], kept: { why: "loose", said: "file" } },
    ])
    expect(await inside("git status --porcelain")).toBe("?? within/\n")
    expect(await inside("git ls-files within")).toBe("")
    // All of it is still there, and "Delete anyway" can be taken back with everything as it was.
    const before = await inside("git status --porcelain; cat within/x y")
    expect((await real.world.loops.delete(id, alice, "Plan")).kind).toBe("done")
    await real.world.loops.deletedFor(id, alice)
    expect((await real.world.loops.undelete(id, alice)).kind).toBe("done")
    const spec = await real.world.loops.sandboxSpec(id)
    const back = spec && (await real.sandboxes.start(spec))
    if (back?.kind !== "ready") throw new Error(JSON.stringify(back))
    expect(await shell(back.box, "git status --porcelain; cat within/x y")).toBe(before)
  },
  limit,
)

/** Keeps a value in one of alice's vaults. */
async function keepValue(name: string, value: string): Promise<void> {
  const [env, into] = [parseEnvName(name), parseVaultName("default")]
  if (!env || !into) throw new Error(name)
  const written = await vault.write({ user: userName("alice"), vault: into, name: env }, new Secret(value))
  if (written.kind !== "written") throw new Error(written.kind)
}

/** In files that nobody ignored, in a commit that another one took back, and beside what is no secret. */
async function withSecrets(inside: (script: string, cwd?: string) => Promise<string>): Promise<void> {
  await keepValue("TOKEN", "canary-of-a-vault")
  await keepValue("LINES", "first canary line\nsecond canary line")
  await inside(
    `echo plain >plain.txt; echo A=1 >.env; echo 'x canary-of-a-vault y' >conf.txt
    printf 'a\nfirst canary line\nsecond canary line\n' >lines.txt; echo x >$'odd\\xff.pem'; git init -q within; echo x >within/x`,
  )
  await inside(
    `echo AKIAIOSFODNN7EXAMPLE >draft.md; git add .; git commit -qm 'A draft'
    echo nothing >draft.md; git commit -qam 'Taken out again'
    git switch -qc aside HEAD~1; git commit -q --allow-empty -m Aside; git switch -q -; git merge -q --no-commit aside
    echo glpat-ABCDEFGHIJKLMNOPQRST >merged.md; git add .; git commit -qm 'With more than both had'; git branch -qD aside`,
    at("notes"),
  )
  await inside("echo Fact >fact.md", at("knowledge"))
}

/** What is told before the save. */
async function namedIn(box: Box) {
  const known = await valuesOf(vault, alice.name)
  const work = await inspectWork(box, { clock: real.world.clock, ids: systemIds, known })
  return (work ?? []).flatMap(({ checkout, suspects = [] }) => suspects.map((one) => ({ checkout, ...one })))
}

/** Everything that a repository has on any branch. */
async function everythingIn(home: Home): Promise<string> {
  const { folder } = await real.world.shelves.place(home)
  return gitIn(folder, "log", "--all", "--patch", "--text", "--format=%D %s")
}

test(
  "what looks like a secret is named before the save, stays out of every branch and where it was, and goes there after a yes to it and to nothing else",
  async () => {
    const { loop, id, box, shell: inside } = await begun()
    await withSecrets(inside)
    const clean = await inside("git status --porcelain; md5sum .git/index; ls -A /tmp")

    const before = await namedIn(box)
    expect(before.map(({ checkout, path, what }) => [checkout, path, what])).toEqual([
      ["workdir", ".env", "name"],
      ["workdir", "odd\udcff.pem", "name"],
      ["workdir", "conf.txt", "stored"],
      ["workdir", "lines.txt", "stored"],
      ["notes", "merged.md", "gitlab"],
      ["notes", "draft.md", "aws"],
    ])
    expect(await inside("git status --porcelain; md5sum .git/index; ls -A /tmp")).toBe(clean)

    const code = `loop/plan-${id.slice(0, 6)}`
    const first = await save(loop)
    expect(first).toMatchObject([
      {
        checkout: "workdir",
        branches: [code],
        kept: { why: "secrets", said: expect.stringContaining(".env, odd\\xff.pem, conf.txt") },
      },
      { checkout: "knowledge", branches: [`loop/${id}`] },
      { checkout: "notes", branches: [], kept: { why: "secrets", said: "merged.md, draft.md" } },
    ])
    expect(await textOf(app, "plain.txt", code)).toBe("plain\n")
    expect(`${await everythingIn(app)}${await everythingIn(notes)}`).not.toMatch(/canary|\.env|\.pem|AKIA|glpat/)
    expect(await inside("git status --porcelain; cat .env conf.txt")).toBe(
      '?? .env\n?? conf.txt\n?? lines.txt\n?? "odd\\377.pem"\n?? within/\nA=1\nx canary-of-a-vault y\n',
    )
    expect(noted.at(-1)).toEqual(["alice", "loop.save", { loop: id, why: "2 of 3 checkouts" }])

    // A yes to one file is none to another, and none to the same file for another reason.
    const keyOf = (path: string) =>
      before.filter((one) => one.path === path).map((one) => suspectKey(one.checkout, one))
    await inside("echo canary-of-a-vault >>.env")
    await save(loop, [...keyOf(".env"), ...keyOf("lines.txt")])
    expect(await textOf(app, "lines.txt", code)).toContain("second canary line")
    expect(await everythingIn(app)).not.toMatch(/canary-of-a-vault|\.env/)

    await inside("rm *.pem")
    const rest = await namedIn(box)
    expect(rest.map(({ path, what }) => [path, what])).toContainEqual([".env", "stored"])
    const yes = rest.map((one) => suspectKey(one.checkout, one))
    const all = await save(loop, yes)
    expect(all).toMatchObject([
      { checkout: "workdir", branches: [code], kept: { why: "left", said: "within/" } },
      { checkout: "notes", branches: [`loop/${id}`] },
    ])
    expect(await textOf(app, ".env", code)).toBe("A=1\ncanary-of-a-vault\n")
    expect(await textOf(notes, "draft.md", `loop/${id}`)).toBe("nothing\n")
    expect(await inside("git status --porcelain")).toBe("?? within/\n")
  },
  limit,
)
