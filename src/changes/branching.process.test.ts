import { expect, test } from "bun:test"
import { systemClock, systemIds } from "../platform/clock.ts"
import { checkoutWorld, filesOf } from "../testing/checkout.ts"
import { exchange, switchTo } from "./branching.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { readBranches, readLog } from "./history.ts"
import { undoList } from "./undo.ts"

const identity = identityVariables({ displayName: "Alice", email: "alice@example.org" })
const needs = { clock: systemClock, ids: systemIds, identity }

test("branches are made and switched; what is in the way is kept first; a remote's answer is told in words", async () => {
  await using world = await checkoutWorld()
  const { git, shell } = await world.fresh()
  await shell(`rm -rf /tmp/far.git; git init -q --bare -b main /tmp/far.git; git init -q -b main; git config user.name C; git config user.email c@d
    echo 1 >f; git add f; git commit -qm First; git remote add origin /tmp/far.git`)
  expect(await exchange(git, "push")).toEqual({ kind: "done", deed: "push" })
  expect(await exchange(git, "push")).toEqual({ kind: "up-to-date" })
  expect(await switchTo(git, { name: "topic", create: true, aside: false }, needs)).toEqual({ kind: "done" })
  await shell("echo 2 >f; git commit -qam Second; echo 3 >f")
  expect((await readBranches(git)).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: "main", upstream: "origin/main", ahead: 0, behind: 0, current: false },
    { name: "topic", ahead: 0, behind: 0, current: true },
  ])
  expect(await switchTo(git, { name: "main", create: false, aside: false }, needs)).toEqual({ kind: "in-the-way" })
  expect(await switchTo(git, { name: "main", create: false, aside: true }, needs)).toEqual({ kind: "done" })
  expect((await undoList(git)).length).toBe(1)
  expect(await switchTo(git, { name: "../x", create: true, aside: false }, needs)).toEqual({ kind: "bad-name" })
  await shell(`git clone -q /tmp/far.git /tmp/other; cd /tmp/other; git config user.name O; git config user.email o@p
    echo other >g; git add g; git commit -qm Other; git push -q; cd -; git commit -q --allow-empty -m Mine`)
  expect((await exchange(git, "push")).kind).toBe("behind")
  expect(await exchange(git, "pull")).toEqual({ kind: "done", deed: "pull" })
  const log = await readLog(git, { skip: 0 })
  if (log.kind !== "log") throw new Error(log.kind)
  expect(log.commits.map(({ subject, parents }) => [subject, parents.length])).toEqual([
    ["Merge remote-tracking branch 'origin/main'", 2],
    ["Other", 1],
    ["Mine", 1],
    ["First", 0],
  ])
  const first = log.commits.at(-1)?.id ?? ""
  expect((await filesOf(git, { kind: "commit", id: first })).map(({ entry }) => entry.letter + entry.path)).toEqual([
    "Af",
  ])
  await shell(
    "printf '#!/bin/sh\\necho closed on sundays >&2; exit 1\\n' >/tmp/far.git/hooks/pre-receive; chmod +x /tmp/far.git/hooks/pre-receive",
  )
  expect(await exchange(git, "push")).toMatchObject({
    kind: "gate",
    said: expect.stringContaining("closed on sundays"),
  })
  await shell("git remote remove origin")
  expect((await exchange(git, "fetch")).kind).toBe("no-remote")
}, 120_000)

test("the history is narrowed down by words of the message, by author, and by a file or a folder of any name", async () => {
  await using world = await checkoutWorld()
  const { git, shell } = await world.fresh()
  await shell(`git init -q -b main; mkdir -p src '*'; c() { git add -A; git -c user.name="$1" -c user.email=x@y commit -qm "$2"; }
    echo 1 >src/a; c Ada 'Add a'; echo 1 >'*/b'; c Bob 'Add [b]'; echo 2 >src/a; c Bob 'Change a'`)
  const found = async (wish: { text?: string; author?: string; path?: string }) => {
    const log = await readLog(git, { skip: 0, ...wish })
    return log.kind === "log" ? log.commits.map(({ subject }) => subject) : log.kind
  }
  expect(await found({ text: "ADD" })).toEqual(["Add [b]", "Add a"])
  expect(await found({ text: "[b]" })).toEqual(["Add [b]"])
  expect(await found({ author: "bob" })).toEqual(["Change a", "Add [b]"])
  expect(await found({ path: "src" })).toEqual(["Change a", "Add a"])
  expect(await found({ path: "*/b" })).toEqual(["Add [b]"])
  expect(await found({ author: "Bob", path: "src/a" })).toEqual(["Change a"])
  expect(await found({ path: "--all" })).toEqual([])
}, 60_000)
