import { expect, test } from "bun:test"
import { tempFolder } from "../testing/temp-folder.ts"
import { gitConfig } from "./git-identity.ts"

const identity = { displayName: "Alice", email: "alice@loopat.local" }
const here = "http://127.0.0.1:4180/git/code/app.git"

test("git inside fetches from the server what the server has a copy of, and pushes outside", async () => {
  await using folder = await tempFolder()
  const ssh = "git@host.example:team/app.git"
  const https = "https://host.example/team/web"
  const copies = [
    { address: ssh, here },
    { address: https, here: here.replace("app", "web") },
  ]
  await Bun.write(`${folder.path}/gitconfig`, gitConfig({ identity, copies }))
  const git = async (...args: string[]) => {
    const env = { PATH: process.env.PATH ?? "", GIT_CONFIG_SYSTEM: `${folder.path}/gitconfig`, HOME: folder.path }
    const child = Bun.spawn(["git", "-C", folder.path, ...args], { env, stdout: "pipe", stderr: "inherit" })
    return (await new Response(child.stdout).text()).trim()
  }
  await git("init", "--quiet")
  const ways = async (address: string) => {
    await git("config", "remote.origin.url", address)
    return [await git("remote", "get-url", "origin"), await git("remote", "get-url", "--push", "origin")]
  }
  expect(await ways(ssh)).toEqual([here, ssh])
  expect(await ways(https)).toEqual(["http://127.0.0.1:4180/git/code/web.git", https])
  expect(await ways(`${https}-docs`)).toEqual(["http://127.0.0.1:4180/git/code/web.git-docs", `${https}-docs`])
  expect(await ways("git@host.example:team/other.git")).toEqual(Array(2).fill("git@host.example:team/other.git"))
})
