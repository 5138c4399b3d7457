import { expect, test } from "bun:test"
import { requestAddress } from "./request-address.ts"

const branch = "loop/11111111-1111-4111-8111-111111111111"
const check = (address: string, expected: string | undefined) =>
  expect([address, requestAddress(address, { branch, trunk: "main" })]).toEqual([address, expected])

test("the page that opens a request is known of GitHub, GitLab and Gitea, by https and by ssh", () => {
  const compare = `compare/main...${branch}`
  check("git@github.com:team/notes.git", `https://github.com/team/notes/${compare}?expand=1`)
  check("https://github.com/team/notes", `https://github.com/team/notes/${compare}?expand=1`)
  check("ssh://git@gitea.example.org:2222/team/notes.git", `https://gitea.example.org/team/notes/${compare}`)
  check("https://codeberg.org/team/notes.git", `https://codeberg.org/team/notes/${compare}`)
  const request = `-/merge_requests/new?merge_request%5Bsource_branch%5D=${encodeURIComponent(branch)}&merge_request%5Btarget_branch%5D=main`
  check("git@gitlab.com:group/sub/notes.git", `https://gitlab.com/group/sub/notes/${request}`)
  check("https://gitlab.example.org:8443/team/notes.git", `https://gitlab.example.org:8443/team/notes/${request}`)
})

test("of other hosts, of paths on this disk and of odd addresses no page is made up, and no name ends its path", () => {
  check("git@git.example.org:team/notes.git", undefined)
  check("/srv/github/notes.git", undefined)
  check("git@github.com:notes.git", undefined)
  expect(requestAddress("git@github.com:team/notes.git", { branch: 'propose/alice/a?b#c"<', trunk: "main" })).toBe(
    "https://github.com/team/notes/compare/main...propose/alice/a%3Fb%23c%22%3C?expand=1",
  )
})
