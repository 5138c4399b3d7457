import { expect, test } from "bun:test"
import { mkdir, rename, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { shownPath } from "../lib/file-path.ts"
import { type GitFolder, gitFolder } from "../testing/git-folder.ts"
import { numbersFrom } from "../testing/seeded.ts"
import { shownLine } from "./byte-text.ts"
import type { FileDiff } from "./diff.ts"
import { DiffReader, type ReadLimits, usualLimits } from "./diff-reader.ts"

const asked = ["diff", "--raw", "--numstat", "-z", "--patch", "--find-renames"]

async function read(output: Buffer, limits: ReadLimits = usualLimits, piece = output.length) {
  const reader = new DiffReader(limits)
  const files: FileDiff[] = []
  for (let at = 0; at < output.length; at += piece) files.push(...reader.feed(output.subarray(at, at + piece)))
  files.push(...reader.end())
  return { files, entries: reader.entries }
}

/** One of every kind of change that git tells apart, under names that are hard to read. */
async function allKinds(folder: GitFolder): Promise<void> {
  const put = (name: string | Buffer, text: string | Buffer) =>
    writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from(name)]), text)
  await mkdir(join(folder.path, "b"))
  const long = Array.from({ length: 30 }, (_, line) => `line ${line}`).join("\n")
  await put("a -> b.txt", "1\n")
  await put("b/ b", "x\n")
  await put("old name", long)
  await put("mode.sh", "#!/bin/sh\n")
  await put("binary", Buffer.from([0, 1, 2]))
  await put("gone", "gone\n")
  await put("becomes a link", "text\n")
  await put(Buffer.from("bad\xff", "latin1"), "q\n")
  await put("new\nline\"'", "n\n")
  await folder.git(["add", "--all"])
  await folder.git(["commit", "--quiet", "-m", "First"])
  await put("a -> b.txt", "2")
  await put("b/ b", "diff --git a/x b/x\n--- a\n+++ b\n")
  await rename(join(folder.path, "old name"), join(folder.path, "new name"))
  await put("new name", long.replace("line 7", "line seven"))
  await put("binary", Buffer.from([0, 1, 3]))
  await put(Buffer.from("bad\xff", "latin1"), Buffer.from("q\xff\u001b[2J\n", "latin1"))
  await put("new\nline\"'", "n\nm\n")
  await Bun.$`rm ${join(folder.path, "gone")} ${join(folder.path, "becomes a link")}`.quiet()
  await symlink("elsewhere", join(folder.path, "becomes a link"))
  await Bun.$`chmod +x ${join(folder.path, "mode.sh")}`.quiet()
  await put("made", "new\n")
  await folder.git(["add", "--all"])
}

test("every kind of change under every kind of name is read as git means it, in pieces of any size", async () => {
  await using folder = await gitFolder()
  await allKinds(folder)
  const { out } = await folder.git([...asked, "--cached"])
  const { files, entries } = await read(out)
  const shown = entries.map(({ letter, path, from, added, removed }) =>
    [letter, shownPath(path), from ?? "", added ?? "-", removed ?? "-"].join(" | "),
  )
  expect(shown).toEqual([
    "M | a -> b.txt |  | 1 | 1",
    "M | b/ b |  | 3 | 1",
    "M | bad\\xff |  | 1 | 1",
    "T | becomes a link |  | 1 | 1",
    "M | binary |  | - | -",
    "D | gone |  | 0 | 1",
    "A | made |  | 1 | 0",
    "M | mode.sh |  | 0 | 0",
    "M | new\\nline\"' |  | 1 | 0",
    "R | new name | old name | 1 | 1",
  ])
  const of = (name: string) => files.filter(({ entry }) => shownPath(entry.path) === name)
  expect(of("binary")[0]).toMatchObject({ binary: true, hunks: [] })
  expect(of("mode.sh")[0]?.entry).toMatchObject({ modeBefore: "100644", modeAfter: "100755" })
  expect(of("becomes a link").map(({ hunks }) => hunks[0]?.lines.map(({ sign }) => sign).join(""))).toEqual(["-", "+"])
  // What looks like the head of another file's patch is a line of this one.
  expect(of("b/ b")[0]?.hunks[0]?.lines.map(({ sign, bytes }) => sign + bytes)).toEqual([
    "-x",
    "+diff --git a/x b/x",
    "+--- a",
    "++++ b",
  ])
  expect(of("a -> b.txt")[0]?.hunks[0]?.lines).toEqual([
    { sign: "-", bytes: "1" },
    { sign: "+", bytes: "2", openEnd: true },
  ])
  expect(of("bad\\xff")[0]?.hunks[0]?.lines.map(({ bytes }) => shownLine(bytes))).toEqual(["q", "q\\xff\\x1b[2J"])
  for (const piece of [1, 2, 7, 64]) expect(await read(out, usualLimits, piece)).toEqual({ files, entries })
})

test("a file over the limit keeps its counts and loses its lines; the ones behind it are read", async () => {
  await using folder = await gitFolder()
  await writeFile(join(folder.path, "a"), "x\n".repeat(500))
  await writeFile(join(folder.path, "b"), "y".repeat(5_000))
  await writeFile(join(folder.path, "c"), "z\n")
  await folder.git(["add", "--all"])
  const { out } = await folder.git([...asked, "--cached"])
  const limits = { ...usualLimits, fileLines: 100, fileBytes: 1_000 }
  const { files } = await read(out, limits, 100)
  expect(files.map(({ entry, large, hunks }) => [entry.path, entry.added, large, hunks.length])).toEqual([
    ["a", 500, true, 0],
    ["b", 1, true, 0],
    ["c", 1, false, 1],
  ])
})

test("output that no git wrote ends in fewer files, never in an error of ours or in endless memory", async () => {
  await using folder = await gitFolder()
  await allKinds(folder)
  const { out } = await folder.git([...asked, "--cached"])
  const below = numbersFrom(7)
  for (let round = 0; round < 300; round++) {
    const broken = Buffer.from(out)
    for (let times = 0; times < 8; times++) broken[below(broken.length)] = below(256)
    const { files, entries } = await read(broken.subarray(0, below(broken.length)), usualLimits, 1 + below(200))
    expect(files.length).toBeLessThanOrEqual(entries.length + 1)
  }
  const endless = new DiffReader({ ...usualLimits, listBytes: 1_000 })
  expect(() => endless.feed(Buffer.alloc(2_000, "a"))).toThrow(RangeError)
})
