import { afterAll, beforeAll, expect, test } from "bun:test"
import type { AgentNews, LoopNews, NewEvent } from "../loops/index.ts"
import { createBackground } from "../platform/background.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createEvents } from "../platform/events.ts"
import { createLog } from "../platform/log.ts"
import { type Checkout, type CheckoutWorld, checkoutWorld, everyFile, filesOf } from "../testing/checkout.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { bringBack } from "./discard.ts"
import { keeperOf } from "./keeper.ts"
import { goBackBefore } from "./turn-back.ts"
import { createTurnKeeping } from "./turn-keeping.ts"
import { endOfTurn, forgetOldTurns, keepMomentOf, keptTurns, mostKeptTurns } from "./turns.ts"
import { undoList } from "./undo.ts"

const alice = identityVariables({ displayName: "Alice", email: "alice@example.org" })
const needs = { clock: systemClock, ids: systemIds, identity: alice }

let world: CheckoutWorld
beforeAll(async () => {
  world = await checkoutWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose](), 60_000)

const turnOf = (number: number) => `turn_${number.toString(16).padStart(20, "0")}`

/** The index and HEAD, and what git thinks of the files. */
const standing =
  "git rev-parse HEAD; git ls-files --stage -z | sha256sum; git status --porcelain=v2 -z | tr '\\0' '\\n'"

const hardTree = `git init -q -b main; git config user.name C; git config user.email c@d
  printf 'ignored\\n' >.gitignore; for n in 1 2 3 4; do seq $n 40 >f$n; done; printf 'n\\n' >"$(printf 'new\\nline')"
  printf 'q\\n' >"$(printf 'bad\\377name')"; printf '\\0\\1' >binary; ln -s f1 link; git add -A; git commit -qm First
  echo staged >f2; git add f2; echo unstaged >f2; echo new >untracked; mkdir -p deep/er; printf x >deep/er/y; chmod +x deep/er/y
  echo secret >ignored`

const aTurn = `echo turned >f1; git rm -q --cached f3; rm f3; echo more >untracked; rm -r deep; echo file >deep; rm link; mkdir link; echo z >link/z
  chmod +x f4; printf '\\0\\2' >binary; printf 'r\\n' >"$(printf 'bad\\377name')"; rm "$(printf 'new\\nline')"; echo other >ignored
  git add -A; git commit -qm 'By the agent'; echo on >>f4; echo brand >new`

async function duringTurn({ git, shell }: Checkout, turn: string, script: string) {
  expect((await keepMomentOf(git, { turn, moment: "before" }, needs)).kind).toBe("kept")
  await shell(script)
  return endOfTurn(git, turn, needs)
}

test("what a turn changed is told, files go back to before it byte for byte while commits, index and ignored files stay, and there is a way back", async () => {
  const checkout = await world.fresh()
  const { git, shell } = checkout
  await shell(hardTree)
  const before = await shell(everyFile)
  const stands = await shell(standing)
  await shell(
    "for hook in reference-transaction post-index-change; do printf '#!/bin/sh\\ntouch /tmp/hooked\\n' >.git/hooks/$hook; chmod +x .git/hooks/$hook; done",
  )
  await keepMomentOf(git, { turn: turnOf(1), moment: "before" }, needs)
  expect(await shell(standing.replaceAll("git ", "git -c core.hooksPath=/dev/null "))).toBe(stands)
  expect(await shell("ls /tmp")).not.toContain("hooked")
  await shell(`rm .git/hooks/*; ${aTurn}`)
  expect(await endOfTurn(git, turnOf(1), needs)).toMatchObject({ kind: "kept", files: 12 })
  const shown = await filesOf((await keeperOf(git)).git, { kind: "turn", turn: turnOf(1) })
  expect(shown.length).toBe(12)
  expect(shown.map(({ entry }) => entry.path)).not.toContain("ignored")

  const after = await shell(everyFile)
  const stood = await shell(standing)
  expect(await goBackBefore(git, turnOf(1), needs)).toEqual({ kind: "done" })
  // Only what is ignored is not part of it.
  expect(await shell(`printf 'secret\\n' >ignored; ${everyFile}`)).toBe(before)
  expect(await shell("git log -1 --format=%s")).toBe("By the agent\n")
  expect(await goBackBefore(git, turnOf(1), needs)).toEqual({ kind: "nothing" })
  const [kept] = await undoList(git)
  expect(await bringBack(git, kept?.id ?? "", needs)).toEqual({ kind: "done" })
  expect(await shell(`printf 'other\\n' >ignored; ${everyFile}`)).toBe(after)
  expect(await shell(standing)).toBe(stood)
  expect(await goBackBefore(git, turnOf(9), needs)).toEqual({ kind: "not-kept" })
}, 60_000)

test("in a folder without a repository turns are kept apart from it, and carried over when the agent makes one", async () => {
  const checkout = await world.fresh()
  const { git, shell } = checkout
  await shell("echo one >a; mkdir node_modules; echo big >node_modules/x")
  const two = { kind: "kept", files: 2, added: 2, removed: 1 } as const
  expect(await duringTurn(checkout, turnOf(1), "echo two >a; echo new >b")).toEqual(two)
  expect(await shell("ls -A")).toBe("a\nb\nnode_modules\n")
  expect(await goBackBefore(git, turnOf(1), needs)).toEqual({ kind: "done" })
  expect(await shell("cat a; ls -A")).toBe("one\na\nnode_modules\n")
  const apart = (await keeperOf(git)).git
  const [kept] = await undoList(apart)
  expect(await bringBack(apart, kept?.id ?? "", needs)).toEqual({ kind: "done" })
  expect(await shell("cat a b")).toBe("two\nnew\n")
  const made = "git init -q -b main; echo node_modules >.git/info/exclude; echo three >a; rm b"
  expect(await duringTurn(checkout, turnOf(2), made)).toEqual({ kind: "kept", files: 2, added: 1, removed: 2 })
  expect((await keptTurns(await keeperOf(git))).map(({ turn }) => turn).toSorted()).toEqual([turnOf(1), turnOf(2)])
}, 60_000)

test("the same moment is kept once, more than 50 turns and turns older than 14 days are let go", async () => {
  const { git, shell } = await world.fresh()
  await shell(
    "git init -q -b main; git config user.name C; git config user.email c@d; echo 1 >a; git add a; git commit -qm A",
  )
  await keepMomentOf(git, { turn: turnOf(1), moment: "before" }, needs)
  await shell("echo 2 >a")
  await keepMomentOf(git, { turn: turnOf(1), moment: "before" }, needs)
  expect(await shell(`git show refs/loopat/turns/${turnOf(1)}/before:a`)).toBe("1\n")
  await shell(`commit=$(git rev-parse refs/loopat/turns/${turnOf(1)}/before)
    for n in $(seq 2 60); do t=$(printf 'turn_%020x' $n); for m in before after; do echo "create refs/loopat/turns/$t/$m $commit"; done; done | git update-ref --stdin`)
  await forgetOldTurns(git, systemClock)
  expect(Number(await shell("git for-each-ref refs/loopat/turns | cut -d/ -f4 | sort -u | wc -l"))).toBe(mostKeptTurns)
  await forgetOldTurns(git, { ...systemClock, now: () => Date.now() + 15 * 86_400_000 })
  expect(await shell("git for-each-ref refs/loopat/turns")).toBe("")
}, 60_000)

test("hostile attributes, pipes, a sparse file of 50 GB and a repository without commits: a turn is kept or left out, and nothing waits", async () => {
  const { git, shell } = await world.fresh()
  await shell(`git init -q -b main; echo 1 >a; mkfifo pipe; ln -s /etc/passwd passwd; mkdir inner; git -C inner init -q; echo x >inner/x
    touch -- --help "$(printf '\\377')"`)
  expect((await keepMomentOf(git, { turn: turnOf(1), moment: "before" }, needs)).kind).toBe("kept")
  expect(await shell(`git ls-tree -r --name-only refs/loopat/turns/${turnOf(1)}/before`)).toBe(
    '--help\na\npasswd\n"\\377"\n',
  )
  await shell("truncate -s 50G sparse")
  expect(await endOfTurn(git, turnOf(1), needs)).toEqual({ kind: "too-large" })
  expect(await goBackBefore(git, turnOf(1), needs)).toEqual({ kind: "too-large" })
}, 60_000)

test("keeping a turn in a repository of 5,000 files", async () => {
  const { git, shell } = await world.fresh()
  await shell(`git init -q -b main
    { printf 'commit refs/heads/main\\ncommitter C <c@d> 1 +0000\\ndata 1\\nA\\n'
      for n in $(seq 1 5000); do printf 'M 644 inline d/f%s\\ndata 2\\nx\\n' $n; done; } | git fast-import --quiet; git reset -q --hard; echo x >d/f7; echo new >n`)
  const spent: number[] = []
  for (let turn = 1; turn <= 3; turn++) {
    const begun = performance.now()
    expect((await keepMomentOf(git, { turn: turnOf(turn), moment: "before" }, needs)).kind).toBe("kept")
    spent.push(performance.now() - begun)
  }
  console.log(`a moment of 5,000 files is kept in ${spent.map((ms) => ms.toFixed(0)).join(", ")} ms`)
}, 60_000)

test("a tool that comes at once waits until the files before its turn are kept, and the turn's end tells what it changed", async () => {
  const { shell, box } = await world.fresh()
  await shell("echo 1 >a")
  const log = createLog({ format: "text", verbose: false, write: () => {} }, systemClock)
  const events = createEvents<LoopNews & AgentNews>(log)
  await using background = createBackground(log)
  const told = Promise.withResolvers<NewEvent>()
  const transcript = () => ({
    append: async (...lines: NewEvent[]) => {
      for (const line of lines) told.resolve(line)
      return []
    },
  })
  const keeping = createTurnKeeping({ ...needs, loops: { transcript }, running: () => box, events, background, log })
  events.announce("turn.begins", { loop: box.loop, turn: turnOf(7) })
  await keeping.begun(box.loop)
  await shell("echo 2 >a; echo new >b")
  events.announce("turn.finished", { loop: box.loop, turn: turnOf(7), outcome: "failed" })
  expect(await told.promise).toEqual({
    ...{ kind: "turn-changed", turn: null, of: turnOf(7) },
    ...{ files: 2, added: 2, removed: 1 },
  })
  // Of a turn that is not known nobody waits.
  await keeping.begun(box.loop)
}, 60_000)
