import { expect, test } from "bun:test"
import { writeFile } from "node:fs/promises"
import { statusInside, unpushedInside } from "../../platform/git/inside.ts"
import { type Box, LinkFailed } from "../../sandbox/index.ts"
import { outsideRepository } from "../../testing/git-repository.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { checkoutWork, hasWork, inspectWork, parseLog, parseStatus } from "./work-report.ts"

/** As much of a box as an inspection uses, on a folder of the test instead of a container. */
function boxOn(folder: string, over: Partial<Box> = {}): Box {
  const box: Pick<Box, "capture" | "files"> = {
    async capture({ argv }) {
      const child = Bun.spawn([...argv], { cwd: folder, stdout: "pipe", stderr: "pipe" })
      const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
      return { code: await child.exited, stdout, stderr }
    },
    files: {
      async stat(root: string, path: string) {
        if (root !== "workdir") return undefined
        const there = await Bun.file(`${folder}/${path}`)
          .stat()
          .catch(() => undefined)
        return there && { name: path, kind: there.isDirectory() ? "folder" : "file", size: 0, modified: 0 }
      },
      async list() {
        const names = [...new Bun.Glob("*").scanSync({ cwd: folder, dot: true, onlyFiles: false })].sort()
        return { entries: names.map((name) => ({ name, kind: "file", size: 0, modified: 0 })), more: false }
      },
    } as unknown as Box["files"],
  }
  return { ...box, ...over } as unknown as Box
}

test("changed, new and removed files and commits that are nowhere else are found by the real git", async () => {
  await using folder = await tempFolder()
  const repository = await outsideRepository(folder.path, { a: "1", b: "1", "dir/c": "1" })
  const remote = await repository.git("rev-parse", "HEAD")
  await repository.git("update-ref", "refs/remotes/origin/trunk", remote.trim())
  expect(await inspectWork(boxOn(folder.path))).toEqual([])
  await repository.commit({ a: "2" }, "Fix it")
  await writeFile(`${folder.path}/b`, "2")
  await writeFile(`${folder.path}/new file`, "2")
  await repository.git("rm", "-q", "dir/c")
  const report = await inspectWork(boxOn(folder.path))
  expect(report?.[0]?.uncommitted.sort()).toEqual(["b", "dir/c", "new file"])
  expect(report?.[0]?.unpushed).toEqual([expect.stringMatching(/^[0-9a-f]{7,} Fix it$/)])
  expect(hasWork(report)).toBe(true)
})

test("without a repository every file in the folder is work", async () => {
  await using folder = await tempFolder()
  expect(hasWork(await inspectWork(boxOn(folder.path)))).toBe(false)
  await writeFile(`${folder.path}/notes.md`, "x")
  expect(await inspectWork(boxOn(folder.path))).toEqual([
    { checkout: "workdir", uncommitted: ["notes.md"], unpushed: [], more: 0, loose: true },
  ])
})

test("a git that fails or a link that is gone makes no report, which counts as work", async () => {
  await using folder = await tempFolder()
  await outsideRepository(folder.path, { a: "1" })
  const failing = async () => ({ code: 128, stdout: "", stderr: "fatal" })
  expect(await inspectWork(boxOn(folder.path, { capture: failing }))).toBeUndefined()
  const gone = async () => {
    throw new LinkFailed("gone", "the box is gone")
  }
  expect(await inspectWork(boxOn(folder.path, { capture: gone }))).toBeUndefined()
  expect(hasWork(undefined)).toBe(true)
})

test("the answers of a hostile git are cut, cleaned and never too many", () => {
  const zeros = "0".repeat(40)
  expect(
    parseStatus(
      [
        `1 .M N... 100644 100644 100644 ${zeros} ${zeros} a b`,
        `u UU N... 1 2 3 4 ${zeros} ${zeros} ${zeros} c`,
        "? d",
        "# x",
        "2",
        "",
        "1 x",
      ].join("\0"),
    ),
  ).toEqual(["a b", "c", "d"])
  expect(parseLog("abc One\0def Two\0")).toEqual(["abc One", "def Two"])
  const report = checkoutWork(
    "workdir",
    Array.from({ length: 30 }, (_, i) => `\u001b[31m${i}\u202e${"x".repeat(1_000)}`),
    ["a"],
  )
  expect(report.uncommitted.length).toBe(20)
  expect(report.more).toBe(10)
  expect(report.uncommitted[0]?.length).toBe(200)
  expect(report.uncommitted.join("")).not.toMatch(/[\u001b\u202e]/)
})

test("what is asked inside is fixed argv", () => {
  expect(statusInside).toEqual(["git", "status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"])
  expect(unpushedInside.slice(0, 3)).toEqual(["git", "log", "-z"])
})
