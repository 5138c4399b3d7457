import { expect, test } from "bun:test"
import { repoName } from "../../testing/loops.ts"
import { reposText } from "./repos-text.ts"

test("REPOS.md names each repository with its address and says which are here, and no path of the server", () => {
  const roster = [
    { name: repoName("app"), git: "https://example.org/app.git" },
    { name: repoName("lib"), git: "/srv/git/lib.git" },
    { name: repoName("own"), git: "", access: "hosted" as const },
  ]
  expect(
    reposText(roster, { here: new Set(["app"]), branch: "loop/plan-111111" })
      .split("\n")
      .slice(3),
  ).toEqual([
    expect.stringContaining("`git switch -c loop/plan-111111`"),
    "",
    "- **app** — `https://example.org/app.git` (here)",
    "- **lib** — `http://127.0.0.1:4180/git/code/lib.git`",
    "- **own** — `http://127.0.0.1:4180/git/code/own.git`",
    "",
  ])
})
