import { afterAll, beforeAll, expect, test } from "bun:test"
import { type CheckoutWorld, checkoutWorld, statusOf } from "../testing/checkout.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { stageFiles } from "./stage.ts"
import { endUnderWay, underWay } from "./under-way.ts"

const alice = identityVariables({ displayName: "Alice", email: "alice@example.org" })

let world: CheckoutWorld
beforeAll(async () => {
  world = await checkoutWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose](), 60_000)

const branches = `git init -q -b main; git config user.name C; git config user.email c@d; echo base >a; git add a; git commit -qm Base
  git switch -qc side; echo side >a; git commit -qam Side; git switch -q main; echo main >a; git commit -qam Main`

test.each([
  ["merge", "git merge side"],
  ["cherry-pick", "git cherry-pick side"],
  ["rebase", "git switch -q side; git rebase main"],
  ["revert", "git revert --no-edit main^"],
] as const)(
  "a %s with conflicts is seen, refused as long as they are there, taken back, and finished once they are resolved",
  async (operation, begin) => {
    const { git, shell } = await world.fresh()
    await shell(branches)
    expect(await underWay(git)).toBeUndefined()
    expect(await endUnderWay(git, "abort", alice)).toEqual({ kind: "changed" })
    await shell(`{ ${begin}; } >/dev/null 2>&1 || true`)
    expect(await underWay(git)).toBe(operation)
    expect((await endUnderWay(git, "continue", alice)).kind).toBe("refused")
    expect((await endUnderWay(git, "abort", alice)).kind).toBe("done")
    expect(await underWay(git)).toBeUndefined()
    expect((await statusOf(git)).entries).toEqual([])
    await shell(`git switch -q main; { ${begin}; } >/dev/null 2>&1 || true; echo resolved >a`)
    expect(await stageFiles(git, ["a"])).toEqual({ kind: "done" })
    expect((await endUnderWay(git, "continue", alice)).kind).toBe("done")
    expect(await underWay(git)).toBeUndefined()
    expect(await shell("git log -1 --format=%cn; cat a; git status --porcelain")).toBe("Alice\nresolved\n")
  },
  60_000,
)
