import { afterAll, beforeAll, expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { shownPath } from "../lib/file-path.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { type CheckoutWorld, checkoutWorld, everyFile, filesOf, statusOf } from "../testing/checkout.ts"
import { exchange } from "./branching.ts"
import { commit } from "./commit.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { bringBack, discardFiles, discardHunk } from "./discard.ts"
import { DiffReader } from "./diff-reader.ts"
import type { GitInside } from "../loops/index.ts"
import { diffFiles, lookAt, type Scope } from "./look.ts"
import { hunkNames } from "./patch.ts"
import { applyHunk, stageFiles, unstageFiles } from "./stage.ts"
import { undoList } from "./undo.ts"

const alice = identityVariables({ displayName: "Alice Ångström", email: "alice@example.org" })
const needs = { clock: systemClock, ids: systemIds, identity: alice }

let world: CheckoutWorld
beforeAll(async () => {
  world = await checkoutWorld()
}, 60_000)
afterAll(() => world[Symbol.asyncDispose](), 60_000)

const bench = () => world.fresh()

/** Every file, and what git thinks of it. */
const everything = `${everyFile}; git status --porcelain=v2 -z | tr '\\0' '\\n'`

const hardNames = `
git init -q -b main; git config user.name Claude; git config user.email claude@example.org
seq 1 40 >long; printf 'a\\n' >first; printf 'x\\n' >both; printf '\\0\\1' >binary; printf '#!/bin/sh\\n' >mode.sh
printf '1' >'a -> b.txt'; printf 'q\\n' >"$(printf 'bad\\377name')"; printf 'n\\n' >"$(printf 'new\\nline')"; printf 'h\\n' >--help
printf 'crlf\\r\\nlf\\n' >ends; printf '* text=auto\\n' >.gitattributes
git add -A; git commit -qm First
printf 'b\\n' >first; git mv long moved; sed -i 's/^20$/twenty/' moved; printf 'y\\n' >both; git add both; printf 'z\\n' >both
printf '\\0\\2' >binary; chmod +x mode.sh; printf '2' >'a -> b.txt'; printf 'r\\n' >"$(printf 'bad\\377name')"
printf 'm\\n' >"$(printf 'new\\nline')"; printf 'i\\n' >--help; printf 'new\\n' >"$(printf 'odd\\376')"; printf 'u\\n' >untracked
`

test("first file unstaged, untracked, renamed with edits, both staged and unstaged, binary, mode only, hard names: list and diff agree with git in the sandbox; nothing is lost by discarding", async () => {
  const { git, shell } = await bench()
  expect(await lookAt(git)).toEqual({ kind: "no-repository" })
  await shell(hardNames)
  const status = await statusOf(git)
  expect(
    status.entries.map(({ staged, unstaged, path }) => `${staged}${unstaged} ${shownPath(path)}`).toSorted(),
  ).toEqual(
    [
      ".M --help",
      ".M a -> b.txt",
      ".M bad\\xffname",
      ".M binary",
      ".M first",
      ".M mode.sh",
      ".M new\\nline",
      ".? odd\\xfe",
      ".? untracked",
      "MM both",
      "RM moved",
    ].toSorted(),
  )
  const shown = (await filesOf(git, { kind: "start" })).map(({ entry }) =>
    [entry.letter, shownPath(entry.path), entry.from, entry.added, entry.removed].filter((one) => one !== undefined),
  )
  expect(shown.map((row) => row.join(" ")).toSorted()).toEqual(
    [
      "M --help 1 1",
      "M a -> b.txt 1 1",
      "M bad\\xffname 1 1",
      "M binary",
      "M both 1 1",
      "M first 1 1",
      "M mode.sh 0 0",
      "M new\\nline 1 1",
      "R moved long 1 1",
      "A untracked 1 0",
      "A odd\\xfe 1 0",
    ].toSorted(),
  )
  const staged = await filesOf(git, { kind: "index" })
  expect(staged.map(({ entry }) => entry.path).toSorted()).toEqual(["both", "moved"])

  const before = await shell(everything)
  expect(await discardFiles(git, "all", needs)).toEqual({ kind: "done" })
  expect((await statusOf(git)).entries).toEqual([])
  const [kept] = await undoList(git)
  if (!kept) throw new Error("need something that was kept")
  expect(kept.files).toBe(11)
  expect(await bringBack(git, kept.id, needs)).toEqual({ kind: "done" })
  expect(await shell(everything)).toBe(before)
}, 120_000)

test("discard all on 30 changed and 5 untracked files, then undo: byte-equal, modes included", async () => {
  const { git, shell } = await bench()
  await shell(`git init -q -b main; git config user.name C; git config user.email c@d
    printf '*.txt text eol=crlf\\n*.bin filter=gone\\n' >.gitattributes
    for n in $(seq 1 30); do printf 'one\\r\\ntwo %s\\n' $n >f$n.txt; done; git add -A; git commit -qm First
    for n in $(seq 1 30); do printf 'x\\n\\r\\ny%s\\0' $n >f$n.txt; done
    chmod +x f1.txt; rm f2.txt; rm f3.txt; ln -s nowhere f3.txt; printf '*.txt -text\\n' >.gitattributes
    mkdir -p deep/er; for n in 1 2 3; do head -c 5000 /dev/urandom >deep/er/u$n.bin; done; chmod +x deep/er/u1.bin
    ln -s ../.. deep/link; printf '' >deep/empty`)
  const before = await shell(everything)
  expect(await discardFiles(git, "all", needs)).toEqual({ kind: "done" })
  expect((await statusOf(git)).entries).toEqual([])
  expect(await shell("find . -path ./.git -prune -o -type f -print | wc -l")).toBe("31\n")
  const [kept] = await undoList(git)
  expect(kept).toMatchObject({ files: 35 })
  // Something new stands in the way: it is kept as well before it is written over.
  await shell("printf 'later' >f1.txt")
  expect(await bringBack(git, kept?.id ?? "", needs)).toEqual({ kind: "done" })
  expect(await shell(everything)).toBe(before)
  expect((await undoList(git)).length).toBe(2)
  expect(await bringBack(git, "0000000000000-00000000", needs)).toEqual({ kind: "changed" })
}, 120_000)

test("a commit from the page has the driver's name, another driver's after that, the loop's trailer, and says what hooks said", async () => {
  const { git, shell, box } = await bench()
  const about = { loop: box.loop, identity: alice }
  await shell(hardNames)
  expect(await commit(git, { message: " \r\n ", everything: false }, about)).toEqual({ kind: "empty-message" })
  expect(await stageFiles(git, ["first", "--help"])).toEqual({ kind: "done" })
  expect(await unstageFiles(git, ["both", "--help"])).toEqual({ kind: "done" })
  await shell("printf '#!/bin/sh\\necho checked by a hook\\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit")
  const made = await commit(git, { message: "Make first better\r\n\r\nBecause.", everything: false }, about)
  expect(made).toMatchObject({ kind: "done", said: expect.stringContaining("checked by a hook") })
  expect(await shell("git log -1 --format='%an|%ae|%cn|%B'; git show --stat --format= HEAD")).toContain(
    `Alice Ångström|alice@example.org|Alice Ångström|Make first better\n\nBecause.\n\nLoop: ${box.loop}\n`,
  )
  const bob = { ...about, identity: identityVariables({ displayName: "Bob", email: "bob@example.org" }) }
  expect((await commit(git, { message: "Everything", everything: true }, bob)).kind).toBe("done")
  expect(await shell("git log -1 --format='%an|%cn'")).toBe("Bob|Bob\n")
  expect((await statusOf(git)).entries).toEqual([])
  expect(await commit(git, { message: "Again", everything: false }, bob)).toEqual({ kind: "nothing-staged" })
  await shell("printf '#!/bin/sh\\necho not like this >&2; exit 1\\n' >.git/hooks/pre-commit; echo 3 >first")
  expect(await commit(git, { message: "Refused", everything: true }, bob)).toEqual({
    kind: "refused",
    said: "not like this",
  })
}, 120_000)

test("a hunk and single lines are staged, unstaged and discarded; one that changed meanwhile is refused", async () => {
  const { git, shell } = await bench()
  await shell(`git init -q -b main; git config user.name C; git config user.email c@d; seq 1 60 >f; git add f; git commit -qm First
    sed -i -e 's/^5$/five/' -e 's/^30$/thirty\\nand more/' -e 's/^55$/fiftyfive/' f`)
  const hunksOf = async (scope: Scope) => (await filesOf(git, scope))[0]?.hunks ?? []
  const [first = "", second = "", third = ""] = hunkNames(await hunksOf({ kind: "work" }))
  expect(await applyHunk(git, { path: "f", hunk: second }, "stage")).toEqual({ kind: "done" })
  expect(await shell("git diff --cached | grep '^[-+][^-+]'")).toBe("-30\n+thirty\n+and more\n")
  const [inIndex] = await hunksOf({ kind: "index" })
  const line = inIndex?.lines.findIndex(({ bytes }) => bytes === "and more") ?? -1
  const name = inIndex ? (hunkNames([inIndex])[0] ?? "") : ""
  expect(await applyHunk(git, { path: "f", hunk: name, lines: [line] }, "unstage")).toEqual({ kind: "done" })
  expect(await shell("git diff --cached | grep '^[-+][^-+]'")).toBe("-30\n+thirty\n")
  expect(await discardHunk(git, { path: "f", hunk: third }, needs)).toEqual({ kind: "done" })
  expect(await shell("sed -n -e 5p -e 56p f")).toBe("five\n55\n")
  await shell("sed -i 's/^five$/FIVE/' f")
  expect(await applyHunk(git, { path: "f", hunk: first }, "stage")).toEqual({ kind: "changed" })
  const [kept] = await undoList(git)
  expect(await bringBack(git, kept?.id ?? "", needs)).toEqual({ kind: "done" })
  expect(await shell("sed -n -e 5p -e 56p f")).toBe("five\nfiftyfive\n")
}, 120_000)

const attacks = (proof: string) => `
evil='touch ${proof}'; printf '#!/bin/sh\\n%s\\ncat\\n' "$evil" >evil.sh; chmod +x evil.sh
git init -q -b main .; git config user.name x; git config user.email x@y; echo 1 >a; git add a; git commit -qm first; echo 2 >a
for hook in pre-commit post-index-change post-checkout; do cp evil.sh .git/hooks/$hook; done
for setting in core.fsmonitor core.pager core.editor diff.external diff.x.textconv diff.x.command filter.x.clean filter.x.smudge; do
  git config "$setting" "$PWD/evil.sh"; done
printf '* filter=x diff=x merge=x text eol=crlf\\n' >.gitattributes
ln -s /etc/passwd passwd; ln -s /proc/1/root root; ln -s /home/loopat home; mkfifo pipe; truncate -s 50G sparse
touch -- --help "$(printf 'new\\nline')" '"quote' "$(printf '\\377')" '<img src=x onerror=alert(1)>'
`

test("in the attack tree every look works or refuses, on the host nothing runs and nothing outside is read or changed", async () => {
  const { git, notes, shell } = await bench()
  const proof = join(world.folder, "proof")
  await shell(attacks(proof))
  const passwd = await readFile("/etc/passwd", "utf8")
  const files = await filesOf(git, { kind: "start" })
  expect(files.map(({ entry }) => shownPath(entry.path)).toSorted()).toEqual(
    [
      ...["a", "evil.sh", ".gitattributes", "passwd", "root", "home", "sparse", "--help", "new\\nline", '"quote'],
      ...["\\xff", "<img src=x onerror=alert(1)>"],
    ].toSorted(),
  )
  // A link is shown as one and not as what it leads to; what is too large is not read.
  expect(files.find(({ entry }) => entry.path === "passwd")).toMatchObject({ binary: true, hunks: [] })
  expect(files.find(({ entry }) => entry.path === "sparse")).toMatchObject({ large: true, hunks: [] })
  expect((await stageFiles(git, ["--help", "passwd", "evil.sh"])).kind).toBe("done")
  expect((await discardFiles(git, ["--help", "passwd", '"quote'], needs)).kind).toBe("done")
  expect((await statusOf(git)).entries.map(({ path }) => path)).not.toContain("passwd")
  const [kept] = await undoList(git)
  expect(await bringBack(git, kept?.id ?? "", needs)).toEqual({ kind: "done" })
  expect(await shell("readlink passwd")).toBe("/etc/passwd\n")
  // The same in a checkout of a context.
  await shell(`cd ${notes.folder}\n${attacks(proof)}`)
  const there = await filesOf(notes, { kind: "start" })
  expect(there.map(({ entry }) => entry.path).toSorted()).toEqual(files.map(({ entry }) => entry.path).toSorted())
  expect(there.find(({ entry }) => entry.path === "home")).toMatchObject({ binary: true, hunks: [] })
  expect((await stageFiles(notes, ["--help", "passwd"])).kind).toBe("done")
  expect((await discardFiles(notes, ["--help", "passwd"], needs)).kind).toBe("done")
  expect((await exchange(notes, "push")).kind).toBe("no-remote")
  expect(await Bun.file(proof).exists()).toBe(false)
  expect(await readFile("/etc/passwd", "utf8")).toBe(passwd)
}, 120_000)

test("a diff of 3,000 files: one status and one diff, and the first files are there long before the last", async () => {
  const { git, shell } = await bench()
  await shell(`git init -q -b main
    commit() { printf 'commit refs/heads/main\\ncommitter C <c@d> 1 +0000\\ndata 1\\n%s\\n' $1
      for n in $(seq 1 3000); do printf 'M 644 inline d/f%s.ts\\ndata <<END\\none\\n%s\\n%s\\nEND\\n' $n $1 $n; done; }
    { commit 1; commit 2; } | git fast-import --quiet; git reset -q --hard`)
  const start = (await shell("git rev-parse HEAD^")).trim()
  const asked: string[] = []
  const counting: GitInside = {
    ...git,
    pieces(argv, options) {
      asked.push(argv.find((word) => word === "diff" || word === "status") ?? "other")
      return git.pieces(argv, options)
    },
  }
  const reader = new DiffReader()
  const status = await statusOf(git)
  const begun = performance.now()
  let files = 0
  let first = 0
  for await (const file of diffFiles(counting, { scope: { kind: "start" }, status, start }, reader)) {
    if (files === 0) first = performance.now() - begun
    expect(file.hunks.length).toBe(1)
    files++
    // A page stops here and lists the others: the program inside ends with it.
    if (files === 300) break
  }
  console.log(`3,000 files: first after ${first.toFixed(0)} ms, 300 after ${(performance.now() - begun).toFixed(0)} ms`)
  expect(reader.entries.length).toBe(3_000)
  expect(reader.entries.every(({ added }) => added === 1)).toBe(true)
  expect(asked).toEqual(["diff"])
}, 120_000)
