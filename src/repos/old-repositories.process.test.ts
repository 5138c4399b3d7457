import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { gitHostWorld } from "../testing/git-host.ts"
import { commitOf, oldRepositories } from "../testing/old-repositories.ts"

/** What a loop's agent changes in each context of an earlier program: file, old words, new words. */
const edits = {
  "0.1.2": [
    ["notes", "focus.md", "- the release", "- the next release"],
    ["notes", "focus/boards/default/todo.md", "> estimate: 3", "> estimate: 5"],
    ["personal", "memory/me.md", "tea", "coffee"],
    ["knowledge", "README.md", "See", "Look at"],
  ],
  "0.1.62": [
    ["notes", "focus/boards/团队/待办.md", "写文档", "写好文档"],
    ["notes", "inbox.md", "another", "another one"],
    ["knowledge", "tax rates.md", "| 1 | 2 |   ", "| 1 | 3 |   "],
  ],
} as const

test("a loop pushes an edit of an older repository with plain git, and only the line that it meant is another", async () => {
  for (const version of ["0.1.2", "0.1.62"] as const) {
    await using here = await gitHostWorld()
    for (const [name, path, before, after] of edits[version]) {
      const shelf = name === "personal" ? ({ context: name, user: here.user } as const) : ({ context: name } as const)
      const { folder } = await here.shelves.open(shelf)
      const laid = Bun.spawn(["git", `--git-dir=${folder}`, "fast-import", "--quiet"], {
        stdin: commitOf(oldRepositories[version][name]),
      })
      expect(await laid.exited).toBe(0)
      const clone = await here.clone("loop", name, `${version}-${name}-${before.replace(/\W+/g, "")}`)
      const file = `${clone.path}/${path}`
      const text = await readFile(file, "utf8")
      await writeFile(file, text.replace(before, after))
      await clone.git("commit", "--quiet", "--all", "--message", "Edit")
      // What is gated waits on a branch of the loop's own.
      const target = name === "knowledge" ? "loop/11111111-1111-4111-8111-111111111111" : "main"
      const pushed = await clone.git("push", "origin", `HEAD:${target}`)
      expect([version, path, pushed.code, pushed.said]).toEqual([version, path, 0, expect.anything()])
      const shown = await clone.git("show", "--format=", "--numstat", "-z", `origin/${target}`)
      expect(shown.out).toBe(`1\t1\t${path}\0`)
      expect(await readFile(file, "utf8")).toBe(text.replace(before, after))
    }
  }
})
