import { expect, test } from "bun:test"
import { attachWorld } from "../testing/attach-world.ts"
import { ownLoop } from "../testing/git-host.ts"
import { until } from "../testing/link-world.ts"
import { userName } from "../testing/loops.ts"
import { gitIn } from "../testing/shelves.ts"
import { confirmationOf, createProposals, remoteWith } from "./index.ts"

const notes = { context: "notes" } as const
const branch = `loop/${ownLoop}`
const reviewer = { user: userName("bob"), admin: false }
const author = { name: "Bob", email: "bob@example.org" }

/** Notes that are gated here and reviewed at a host with a real sshd. */
async function world() {
  const at = await attachWorld()
  const { here } = at
  here.gates.add("notes")
  const outside = await at.remote("notes.git")
  await at.known("notes.git")
  await at.attaching.attach("notes", at.wanted("notes.git"))
  at.follow()
  const remoteNow = () => {
    const now = at.attaching.attached("notes")
    return now ? remoteWith(now.address, now.credential, at.keys) : ("missing" as const)
  }
  const proposals = createProposals({
    ...{ shelves: here.shelves, background: here.background, reviewRemote: remoteNow },
    reviewers: () => "members",
    peopleOf: async () => [here.user],
    secrets: async () => ["a-value-of-some-vault"],
  })
  const seen = () => proposals.find(notes, branch)
  const state = async () => {
    const proposal = await seen()
    return proposal ? (await proposals.reviewedOutside(proposal))?.state : "gone"
  }
  const loop = await here.clone("loop", "notes")
  const theirs = async (name = branch) =>
    (await gitIn(outside, "rev-parse", `refs/heads/${name}`).catch(() => "")).trim()
  return {
    ...{ ...at, outside, proposals, seen, state, loop, theirs },
    /** The agent promotes. */
    async promote(files: Record<string, string>): Promise<string> {
      const commit = await loop.commit(files)
      const pushed = await loop.git("push", "--force", "origin", `HEAD:refs/heads/${branch}`)
      if (pushed.code !== 0) throw new Error(pushed.said)
      return commit
    },
    look: () => at.repository.refresh({ now: true }),
    async becomes(wanted: string): Promise<void> {
      await at.repository.refresh({ now: true })
      await until(`it is ${wanted}`, async () => (await state()) === wanted)
    },
    wanted: async () => ({ shelf: notes, branch, reviewer, seen: (await seen())?.tip ?? "" }),
  }
}

/** Each way in which hosts bring a request's commits to their trunk, and tidy the branch away. */
const merges = {
  merge: ["merge --quiet --no-edit --no-ff origin/BRANCH"],
  squash: ["merge --quiet --squash origin/BRANCH", "commit --quiet --message Squashed"],
  rebase: ["cherry-pick origin/main..origin/BRANCH"],
}

test("what a loop promotes is a branch outside, never its main, and is closed here as merged however it was merged there", async () => {
  for (const [way, steps] of Object.entries(merges)) {
    await using at = await world()
    const trunk = await at.theirs("main")
    await at.promote({ "a.md": "a\n" })
    const tip = await at.promote({ "b.md": "b\n" })
    await at.becomes("there")
    expect([way, await at.theirs(), await at.theirs("main")]).toEqual([way, tip, trunk])
    // Nobody merges it here.
    const seen = await at.seen()
    if (!seen) throw new Error("no such proposal")
    expect(await at.proposals.mayMerge(seen, reviewer)).toEqual({ kind: "may-not", why: "outside" })
    const tried = await at.proposals.merge({ ...(await at.wanted()), author })
    expect(tried).toEqual({ kind: "may-not", why: "outside" })

    const elsewhere = await at.here.cloneOf(at.outside, `${at.here.path}/elsewhere`)
    await elsewhere.commit({ "other.md": "moved on\n" })
    await elsewhere.git("push", "--quiet", "origin", "HEAD:main")
    await elsewhere.git("fetch", "--quiet", "origin")
    for (const step of steps) {
      const done = await elsewhere.git(...step.replace("BRANCH", branch).split(" "))
      expect([way, step, done.code, done.said]).toEqual([way, step, 0, expect.anything()])
    }
    expect((await elsewhere.git("push", "--quiet", "origin", "HEAD:main", `:refs/heads/${branch}`)).code).toBe(0)
    await at.look()
    await until("it is closed", async () => (await at.repository.branches(branch)).length === 0)
    expect([way, await gitIn(at.repository.folder, "show", "main:b.md")]).toEqual([way, "b\n"])
    expect(await at.seen()).toBeUndefined()
    // Only our main moved, and only forward.
    expect(await at.theirs("main")).toBe((await at.repository.resolve()) ?? "")
  }
})

test("a branch that was removed there unmerged is closed outside with its text still here; proposed again it is back", async () => {
  await using at = await world()
  const tip = await at.promote({ "a.md": "a\n" })
  await at.becomes("there")
  await gitIn(at.outside, "update-ref", "-d", `refs/heads/${branch}`)
  await at.look()
  await at.becomes("closed")
  await at.look()
  expect([await at.theirs(), (await at.seen())?.tip, await at.state()]).toEqual(["", tip, "closed"])
  expect((await at.proposals.proposeOutside({ ...(await at.wanted()), seen: "0".repeat(40) })).kind).toBe("moved")
  expect(await at.proposals.proposeOutside(await at.wanted())).toEqual({ kind: "done" })
  await at.becomes("there")
  expect(await at.theirs()).toBe(tip)

  // Discarded here it leaves nothing there, and can be brought back.
  const wanted = await at.wanted()
  expect(await at.proposals.discard(wanted)).toEqual({ kind: "done" })
  await until("it is gone there", async () => (await at.theirs()) === "")
  expect(await at.proposals.restore(wanted)).toEqual({ kind: "done" })
  await at.becomes("there")
})

test("what others bring to the branch there is never overwritten; what we brought is, when the loop rewrites it", async () => {
  await using at = await world()
  await at.promote({ "a.md": "a\n" })
  await at.becomes("there")
  await at.loop.git("reset", "--quiet", "--hard", "origin/main")
  const second = await at.promote({ "a.md": "rewritten\n" })
  await until("it is rewritten there", async () => (await at.theirs()) === second)
  const elsewhere = await at.here.cloneOf(at.outside, `${at.here.path}/elsewhere`)
  await elsewhere.git("checkout", "--quiet", branch)
  const others = await elsewhere.commit({ "review.md": "by a reviewer\n" })
  expect((await elsewhere.git("push", "--quiet", "origin", branch)).code).toBe(0)
  await at.promote({ "c.md": "c\n" })
  await at.look()
  await at.becomes("not-yet")
  expect(await at.theirs()).toBe(others)
})

test("what looks like a secret is not sent there until somebody has looked; without an outside it stays a proposal here", async () => {
  await using at = await world()
  const tip = await at.promote({ "a.md": "token: a-value-of-some-vault\n" })
  await at.look()
  await at.becomes("held")
  expect(await at.theirs()).toBe("")
  expect((await at.proposals.proposeOutside(await at.wanted())).kind).toBe("secrets")
  const confirmed = confirmationOf((await at.seen())?.findings ?? [])
  expect(await at.proposals.proposeOutside({ ...(await at.wanted()), confirmed })).toEqual({ kind: "done" })
  await at.becomes("there")
  expect(await at.theirs()).toBe(tip)

  await at.attaching.detach("notes")
  at.follow()
  const seen = await at.seen()
  if (!seen) throw new Error("no such proposal")
  expect(await at.proposals.reviewedOutside(seen)).toEqual({ state: "no-outside" })
  expect((await at.proposals.mayMerge(seen, reviewer)).kind).toBe("may")
  expect((await at.proposals.merge({ ...(await at.wanted()), author, confirmed })).kind).toBe("merged")
})
