import { expect, test } from "bun:test"
import { repoName } from "../../testing/loops.ts"
import { reposText } from "./repos-text.ts"

test("REPOS.md names each repository with its address and says which are here, and no path of the server", () => {
  const roster = [
    { name: repoName("app"), git: "https://example.org/app.git" },
    { name: repoName("lib"), git: "/srv/git/lib.git" },
  ]
  expect(
    reposText(roster, new Set(["app"]))
      .split("\n")
      .slice(5),
  ).toEqual(["- **app** — `https://example.org/app.git` (here)", "- **lib** — `file:///host/lib`", ""])
})
