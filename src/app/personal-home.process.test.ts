import { expect, test } from "bun:test"
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { names } from "../testing/attach-world.ts"
import { contextWorld } from "../testing/context-world.ts"
import { cloneWith } from "../testing/git-host.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { readHtml } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { gitIn } from "../testing/shelves.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const page = "/settings/personal"
const canary = "canary-in-a-vault-5d1f0e"

/** Two people's server, and a git host over ssh that the workspace has a repository at. */
async function world() {
  const folder = await tempFolder()
  const host = await gitSshd(folder.path)
  const repos = [{ name: "app", git: host.address("app.git") }]
  const here = await contextWorld({ config: { repos } })
  const bare = join(host.repositories, "own.git")
  await gitIn(bare, "init", "--quiet", "--bare", "--initial-branch=main")
  const address = host.address("own.git")
  return {
    ...{ folder, host, here, bare, address, member: here.as("member") },
    shown: async (actor: "member" | "admin") => readHtml(await (await here.as(actor).get(page)).text()),
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]()
      await host[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A key of the member's own that the host lets in; an administrator has said that it is the right host. */
async function letIn({ member, host, here, address, shown }: Awaited<ReturnType<typeof world>>): Promise<void> {
  await member.post(`${page}/key`)
  await host.letIn((await shown("member")).one("[data-key='ssh'] textarea").text)
  await here.as("admin").post(`${page}/key`)
  const form = { address, fingerprint: await host.fingerprint() }
  expect((await here.as("admin").post(`${page}/host`, form)).status).toBe(200)
}

test("a person's own repository is attached over ssh with a key of its own, kept in step both ways, and detached; to nobody else it exists", async () => {
  await using at = await world()
  const { member, host, here, bare, address, shown } = at
  // First contact: the fingerprint is shown, and who confirms it.
  await member.post(`${page}/key`)
  const met = readHtml(await (await member.post(`${page}/test`, { address })).text())
  expect(met.one("[data-outcome='bad']").text).toContain(await host.fingerprint())
  expect(met.one("[data-outcome='bad']").text).toContain("An administrator compares")
  expect(met.all("[data-outcome='bad'] form")).toEqual([])
  const confirmed = { address, fingerprint: await host.fingerprint() }
  await here.as("admin").post(`${page}/key`)
  expect((await here.as("admin").post(`${page}/host`, confirmed)).status).toBe(200)
  // The host does not know this key yet.
  const refused = await member.post(`${page}/attach`, { address })
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("does not let this key in")])
  expect(await gitIn(bare, "for-each-ref")).toBe("")
  await host.letIn((await shown("member")).one("[data-key='ssh'] textarea").text)
  const tested = readHtml(await (await member.post(`${page}/test`, { address })).text())
  expect(tested.one("[data-outcome='good']").text).toContain("would be filled from here")
  expect((await member.post(`${page}/attach`, { address })).status).toBe(303)
  const tipHere = () => here.git("personal-member", "rev-parse", "main")
  expect(await gitIn(bare, "rev-parse", "main")).toBe(await tipHere())
  expect((await shown("member")).one("[data-outside]").attributes["data-outside"]).toBe("in-step")

  // What is saved here is there; what comes there is here.
  expect((await here.save("member", "personal", { path: "about.md", text: "Likes tea.\n" })).status).toBe(303)
  await until("it is outside", async () => (await names(bare)).includes("about.md"))
  const clone = await cloneWith(bare, join(at.folder.path, "laptop"))
  await clone.commit({ "laptop.md": "From my laptop.\n" })
  expect((await clone.git("push", "origin", "HEAD:main")).code).toBe(0)
  expect((await member.post("/context/personal/retry")).status).toBe(303)
  expect((await here.open("member", "personal", "laptop.md")).one("article").text).toContain("From my laptop.")

  // Away, and back again.
  await host.lockOut()
  expect((await here.save("member", "personal", { path: "later.md", text: "Later.\n" })).status).toBe(303)
  const warned = async (actor: "member" | "admin", url: string) =>
    (await here.read(actor, url)).all("[data-outside='not-outside']").length
  await until("it is said", async () => (await warned("member", "/context/personal")) === 1)
  expect(await warned("admin", "/context/personal")).toBe(0)
  await host.letIn((await shown("member")).one("[data-key='ssh'] textarea").text)
  await member.post("/context/personal/retry")
  expect(await names(bare)).toContain("later.md")

  // Nobody else sees it, an administrator neither; the audit keeps who and what, and not where.
  for (const url of [page, "/settings/context", "/settings/system", "/context", "/context/personal"])
    expect([url, (await (await here.as("admin").get(url)).text()).includes("own.git")]).toEqual([url, false])
  await here.as("admin").post(`${page}/detach`)
  expect((await shown("member")).one("[data-context='personal']").text).toContain(address)
  expect((await member.post(`${page}/detach`)).status).toBe(303)
  expect((await shown("member")).one("[data-context='personal']").text).toContain("Only on this server")
  expect(await names(join(here.home, "repos/personal-member.git"))).toContain("laptop.md")
  expect(await names(bare)).toContain("later.md")
})

test("no value of a vault reaches the home outside in clear: what is encrypted passes both ways, what is not stops at either door", async () => {
  await using at = await world()
  const { member, here, bare, address, shown } = at
  await letIn(at)
  const envs = join(here.home, "personal/member/.loopat/vaults/default/envs")
  await mkdir(envs, { recursive: true })
  await writeFile(join(envs, "TOKEN"), `${canary}\n`)
  expect((await member.post(`${page}/attach`, { address })).status).toBe(303)

  // Git-crypt's own ciphertext, as it is made on a laptop.
  const laptop = await cloneWith(bare, join(at.folder.path, "laptop"))
  const crypt = (...args: string[]) => {
    const done = Bun.spawnSync(["git-crypt", ...args], { cwd: laptop.path })
    if (done.exitCode !== 0) throw new Error(done.stderr.toString())
  }
  crypt("init")
  const inVault = ".loopat/vaults/default/envs/TOKEN"
  await laptop.commit({
    ".gitattributes": ".loopat/vaults/** filter=git-crypt diff=git-crypt\n",
    [inVault]: `${canary}\n`,
  })
  expect((await laptop.git("push", "origin", "HEAD:main")).code).toBe(0)
  await member.post("/context/personal/retry")
  const held = await here.git("personal-member", "cat-file", "blob", `main:${inVault}`)
  expect(held).toStartWith("\0GITCRYPT\0")

  // In clear it is refused here, so it does not get there.
  const files = [new File([canary], "OTHER")]
  await here.upload("member", { shelf: "personal", folder: ".loopat/vaults/default/envs" }, files)
  expect((await here.save("member", "personal", { path: "about.md", text: "x\n" })).status).toBe(303)
  await until("what may go out is there", async () => (await names(bare)).includes("about.md"))
  const all = (folder: string) => gitIn(folder, "cat-file", "--batch-all-objects", "--batch")
  expect(await names(bare)).toContain(inVault)
  expect(await all(bare)).toContain("GITCRYPT")
  expect(await all(bare)).not.toContain(canary)

  // In clear outside, by a clone that was never unlocked: it stays there, and the page says which file.
  const before = await here.git("personal-member", "rev-parse", "main")
  const other = await cloneWith(bare, join(at.folder.path, "careless"))
  await appendFile(join(other.path, ".git/info/attributes"), ".loopat/vaults/** -filter -diff\n")
  await other.commit({ ".loopat/vaults/default/envs/CLEAR": "in-clear\n" })
  expect((await other.git("push", "origin", "HEAD:main")).code).toBe(0)
  await member.post("/context/personal/retry")
  const state = (await shown("member")).one("[data-outside='refused']").text
  expect(state).toContain(".loopat/vaults/default/envs/CLEAR")
  expect(state).toContain("it lies in a vault and is not encrypted")
  expect(await here.git("personal-member", "rev-parse", "main")).toBe(before)
  expect(await readFile(join(envs, "TOKEN"), "utf8")).toBe(`${canary}\n`)
})

test("a home outside is that of one person: another's key, state and repository are not touched by it", async () => {
  await using at = await world()
  await letIn(at)
  await at.member.post(`${page}/attach`, { address: at.address })
  expect((await at.here.save("admin", "personal", { path: "mine.md", text: "The admin's.\n" })).status).toBe(303)
  expect((await at.here.save("member", "personal", { path: "own.md", text: "The member's.\n" })).status).toBe(303)
  await until("the member's is outside", async () => (await names(at.bare)).includes("own.md"))
  expect(await names(at.bare)).not.toContain("mine.md")
  const { users } = JSON.parse(await readFile(join(at.here.home, "accounts/users.json"), "utf8"))
  const remotes = Object.fromEntries(
    users.map((user: { id: string; personalRemote?: string }) => [user.id, user.personalRemote]),
  )
  expect([remotes["member"], remotes["admin"]]).toEqual([at.address, undefined])
})
