import { afterAll, beforeAll, expect, test } from "bun:test"
import { systemClock, systemIds } from "../platform/clock.ts"
import { newLoopId } from "../lib/ids.ts"
import { type CheckoutWorld, checkoutWorld, statusOf } from "../testing/checkout.ts"
import { until } from "../testing/link-world.ts"
import { reshape } from "./branching.ts"
import { commit } from "./commit.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { discardFiles } from "./discard.ts"
import { readBranches } from "./history.ts"
import { stageFiles } from "./stage.ts"
import { removeLeftLock, waitingIn } from "./under-way.ts"

const identity = identityVariables({ displayName: "Alice", email: "alice@example.org" })
const needs = { clock: systemClock, ids: systemIds, identity }
const about = { loop: newLoopId(systemIds), identity }
const begin =
  "git init -q -b main; git config user.name C; git config user.email c@d; echo 1 >a; git add a; git commit -qm First"

let world: CheckoutWorld
beforeAll(async () => {
  world = await checkoutWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose](), 60_000)

test("a lock that a git left behind is seen and removed; one that a running git may have is left, with its name", async () => {
  const { git, shell, box } = await world.fresh()
  await shell(begin)
  expect(await waitingIn(git)).toEqual({ operation: undefined })
  expect(await removeLeftLock(git)).toEqual({ kind: "not-locked" })
  await shell("touch .git/index.lock; echo 2 >a")
  expect(await waitingIn(git)).toMatchObject({ lock: { holders: [] } })
  expect((await stageFiles(git, ["a"])).kind).toBe("refused")

  await using running = await box.keep("git-that-runs", { argv: ["git", "hash-object", "--stdin"], cwd: git.folder })
  await until("it runs", async () => (await waitingIn(git)).lock?.holders.length === 1)
  expect(await removeLeftLock(git)).toEqual({
    kind: "held",
    holders: [expect.stringMatching(/^git hash-object --stdin \(\d+\)$/)],
  })
  expect(await shell("ls .git/index.lock")).toContain("index.lock")
  await box.endKept(running.id)
  await until("it has ended", async () => (await waitingIn(git)).lock?.holders.length === 0)
  expect(await removeLeftLock(git)).toEqual({ kind: "done" })
  expect((await stageFiles(git, ["a"])).kind).toBe("done")
}, 60_000)

test("the last commit is made anew with what came later, as long as nobody else has it", async () => {
  const { git, shell } = await world.fresh()
  await shell(`${begin}; echo 2 >a; git commit -qam Second; echo 3 >a`)
  const amend = (message: string) => commit(git, { message, everything: true, amend: true }, about)
  expect((await amend("")).kind).toBe("done")
  expect(await shell("git log --format='%s %cn'; cat a; git status --porcelain")).toBe("Second Alice\nFirst C\n3\n")
  await shell("echo 4 >a")
  expect((await amend("Better words")).kind).toBe("done")
  expect(await shell("git log --format=%s")).toBe("Better words\nFirst\n")
  expect(await shell("git log -1 --format=%b")).toContain(`Loop: ${about.loop}`)
  await shell(
    "git init -q --bare ~/far-amend.git; git remote add origin ~/far-amend.git; git push -q origin main; echo 5 >a",
  )
  expect(await amend("Too late")).toEqual({ kind: "not-amendable" })
  await shell("find . -mindepth 1 -delete; git init -q -b main; echo 1 >a")
  expect(await amend("None yet")).toEqual({ kind: "not-amendable" })
}, 60_000)

test("a branch gets another name or goes; the loop's own stays, and so does one whose commits are nowhere else until that is meant", async () => {
  const { git, shell } = await world.fresh()
  await shell(`${begin}; git branch old; git switch -qc side; git commit -q --allow-empty -m Only; git switch -q main`)
  expect(await reshape(git, { name: "old", to: "new" })).toEqual({ kind: "done" })
  expect(await reshape(git, { name: "new", to: "side" })).toEqual({ kind: "taken" })
  expect(await reshape(git, { name: "new", to: "a b" })).toEqual({ kind: "bad-name" })
  expect(await reshape(git, { name: "--force", to: "x" })).toEqual({ kind: "bad-name" })
  expect(await reshape(git, { name: "new", own: "new" })).toEqual({ kind: "own" })
  expect(await reshape(git, { name: "new" })).toEqual({ kind: "done" })
  expect(await reshape(git, { name: "side" })).toEqual({ kind: "only-here" })
  expect((await reshape(git, { name: "main", force: true })).kind).toBe("refused")
  expect(await reshape(git, { name: "side", force: true })).toEqual({ kind: "done" })
  expect((await readBranches(git)).map(({ name }) => name)).toEqual(["main"])
}, 60_000)

test("a submodule or a repository inside is not discarded, and that is said; everything else is when all is", async () => {
  const { git, shell } = await world.fresh()
  await shell(`${begin}; git init -q inner; echo x >inner/x; echo 2 >a
    git -c protocol.file.allow=always submodule --quiet add ./. sub; git commit -qm Sub; (cd sub; git commit -q --allow-empty -m Moved)`)
  const paths = (await statusOf(git)).entries.map(({ path }) => path)
  expect(paths.toSorted()).toEqual(["a", "inner/", "sub"])
  expect(await discardFiles(git, ["sub"], needs)).toEqual({ kind: "own-repository", paths: ["sub"] })
  expect(await discardFiles(git, ["inner/", "a"], needs)).toEqual({ kind: "own-repository", paths: ["inner/"] })
  expect(await shell("cat a")).toBe("2\n")
  expect((await discardFiles(git, "all", needs)).kind).toBe("done")
  expect(await shell("cat a inner/x; git -C sub log -1 --format=%s")).toBe("1\nx\nMoved\n")
  expect(await discardFiles(git, "all", needs)).toEqual({ kind: "own-repository", paths: ["sub", "inner/"] })
}, 60_000)
