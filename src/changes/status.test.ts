import { expect, test } from "bun:test"
import { mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { shownPath } from "../lib/file-path.ts"
import { gitFolder } from "../testing/git-folder.ts"
import { parseStatus } from "./status.ts"

test("the first entry, a rename, both sides of one file and names of any bytes are read as git means them", async () => {
  await using folder = await gitFolder()
  const put = (name: string, text: string) =>
    writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from(name, "latin1")]), text)
  const asked = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--find-renames"]
  expect(parseStatus((await folder.git(asked)).out.toString("latin1"))).toEqual({ branch: "main", entries: [] })
  await put("a", "1\n")
  await put("both", "1\n")
  await put("old", "a long enough text to be found again\n")
  await folder.git(["add", "--all"])
  await folder.git(["commit", "--quiet", "-m", "First"])
  await put("a", "2\n")
  await put("both", "2\n")
  await rename(join(folder.path, "old"), join(folder.path, "new"))
  await folder.git(["add", "both", "old", "new"])
  await put("both", "3\n")
  await mkdir(join(folder.path, "deep"))
  await put('deep/ 1 .M "x"', "")
  await put("bad\xff\nname", "")
  const status = parseStatus((await folder.git(asked)).out.toString("latin1"))
  expect(status.commit).toMatch(/^[0-9a-f]{40}$/)
  const rows = status.entries.map(({ kind, staged, unstaged, path, from }) =>
    [kind, staged + unstaged, shownPath(path), from].filter(Boolean).join(" | "),
  )
  expect(rows).toEqual([
    "tracked | .M | a",
    "tracked | MM | both",
    "tracked | R. | new | old",
    "untracked | .? | bad\\xff\\nname",
    'untracked | .? | deep/ 1 .M "x"',
  ])
})

test("branch, upstream and how far both have gone are read, a conflict is one, and broken records are left out", () => {
  const id = "1".repeat(40)
  const output = [
    `# branch.oid ${id}`,
    "# branch.head topic/x",
    "# branch.upstream origin/main",
    "# branch.ab +2 -13",
    `u UU N... 100644 100644 100644 100644 ${id} ${id} ${id} in conflict`,
    "1 .M",
    "2 R. N...",
    "",
  ].join("\0")
  const { entries, ...rest } = parseStatus(output)
  expect(rest).toEqual({ commit: id, branch: "topic/x", upstream: "origin/main", ahead: 2, behind: 13 })
  expect(entries.map(({ kind, path, workMode }) => [kind, path, workMode])).toEqual([
    ["conflict", "in conflict", "100644"],
  ])
})
