import { expect, test } from "bun:test"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { systemClock } from "../platform/clock.ts"
import { contextWorld } from "../testing/context-world.ts"
import { readHtml } from "../testing/html.ts"

const page = "/settings/personal"
const [ssh, https] = ["ssh://git@127.0.0.1:9/own.git", "https://127.0.0.1:9/own.git"]

test("wrong addresses, and those without a key or token, come back with what was typed and what to do", async () => {
  await using world = await contextWorld()
  const admin = world.as("admin")
  const before = await readFile(join(world.home, "accounts/users.json"), "utf8")
  const cases = [
    ["/etc/passwd", "This is no address"],
    ["file:///repo.git", "This is no address"],
    ["ext::sh -c id", "This is no address"],
    ["https://me:secret@example.org/a.git", "without a password"],
    [ssh, "Make one below and register it"],
    [https, "Store one below"],
  ]
  for (const way of ["test", "attach"])
    for (const [address = "", sentence = ""] of cases) {
      const answer = await admin.post(`${page}/${way}`, { address })
      const html = readHtml(await answer.text())
      expect([address, answer.status, html.one("#field-personal-address-error").text]).toEqual([
        address,
        422,
        expect.stringContaining(sentence),
      ])
      expect(html.one("#field-personal-address").attributes["value"]).toBe(address)
    }
  await admin.post(`${page}/key`)
  const away = await admin.post(`${page}/attach`, { address: ssh })
  expect([away.status, readHtml(await away.text()).all("[data-outcome='bad'] p")[0]?.text]).toEqual([
    409,
    expect.stringMatching(/gave no answer|not known here/),
  ])
  expect(await readFile(join(world.home, "accounts/users.json"), "utf8")).toBe(before)
})

test("a member cannot make the server knock in a private network, but where the workspace has a repository at that very place", async () => {
  const repos = [{ name: "app", git: "ssh://git@127.0.0.1:9/app.git" }]
  await using world = await contextWorld({ config: { repos } })
  const member = world.as("member")
  await member.post(`${page}/key`)
  await member.post(`${page}/token`, { token: "a-token" })
  const answerTo = async (address: string) => {
    const answer = await member.post(`${page}/test`, { address })
    const errors = readHtml(await answer.text()).all("#field-personal-address-error")
    return [answer.status, errors[0]?.text ?? ""]
  }
  const hosts = ["127.0.0.1:10", "0x7f000001", "2130706433", "[::1]:22", "localhost", "169.254.169.254", "10.0.0.5"]
  for (const host of hosts)
    expect([host, ...(await answerTo(`ssh://git@${host}/own.git`))]).toEqual([
      host,
      422,
      expect.stringContaining("lies in a private network"),
    ])
  expect(await answerTo("git@127.0.0.1:own.git")).toEqual([422, expect.stringContaining("private network")])
  expect(await answerTo("https://192.168.1.1/own.git")).toEqual([422, expect.stringContaining("private network")])
  expect(await answerTo("ssh://git@no-such-host.invalid/own.git")).toEqual([422, expect.stringContaining("no answer")])
  expect(await answerTo(ssh)).toEqual([200, ""])
})

test("the key shows its public half, to its owner alone; another one takes its place; a token is never shown", async () => {
  await using world = await contextWorld()
  const member = world.as("member")
  const shown = async (actor: "member" | "admin") => readHtml(await (await world.as(actor).get(page)).text())
  expect((await shown("member")).all("[data-key='ssh'] textarea")).toEqual([])
  expect((await member.post(`${page}/key`)).status).toBe(303)
  const first = (await shown("member")).one("[data-key='ssh'] textarea").text
  expect(first).toMatch(/^ssh-ed25519 AAAA\S+ loopat:member@/)
  expect((await shown("admin")).all("[data-key='ssh'] textarea")).toEqual([])
  await member.post(`${page}/key`)
  expect((await shown("member")).one("[data-key='ssh'] textarea").text).not.toBe(first)
  for (const token of ["", "two words", "日本語のトークン"]) {
    const answer = await member.post(`${page}/token`, { token })
    expect([token, answer.status]).toEqual([token, 422])
    expect(readHtml(await answer.text()).one("#field-token-error").text).toContain("Copy it again")
  }
  expect((await member.post(`${page}/token`, { token: "very-secret-token" })).status).toBe(303)
  const text = await (await member.get(page)).text()
  expect(readHtml(text).one("[data-key='https']").text).toContain("One is stored")
  const secret = await readFile(join(world.home, "secrets/member/deploy-key"), "utf8")
  for (const hidden of ["very-secret-token", secret.split("\n")[1] ?? "none"]) expect(text).not.toContain(hidden)
  expect((await shown("admin")).one("[data-key='https']").text).toContain("There is none yet")
})

test("detaching asks for the password again when it was given long ago, and changes nothing without it", async () => {
  let late = 0
  const clock = { ...systemClock, now: () => systemClock.now() + late }
  await using world = await contextWorld({ app: { clock }, prepare: attachedBefore })
  const users = () => readFile(join(world.home, "accounts/users.json"), "utf8")
  const before = await users()
  late = 16 * 60_000
  const answer = await world.as("member").post(`${page}/detach`)
  const html = readHtml(await answer.text())
  expect([answer.status, html.one("#field-personal-password-error").text]).toEqual([
    422,
    expect.stringContaining("Give your password again"),
  ])
  expect(html.one("[data-context='personal'] details").attributes["open"]).toBeDefined()
  expect(await users()).toBe(before)
})

/** The member's own repository, given a home outside by an earlier server. */
async function attachedBefore(home: string): Promise<void> {
  const path = join(home, "accounts/users.json")
  const file = JSON.parse(await readFile(path, "utf8"))
  const users = file.users.map((user: { id: string }) =>
    user.id === "member" ? { ...user, personalRemote: ssh } : user,
  )
  await writeFile(path, JSON.stringify({ ...file, users }))
}

test("which host is the right one is said by administrators", async () => {
  await using world = await contextWorld()
  const form = { address: ssh, fingerprint: "SHA256:none" }
  expect((await world.as("member").post(`${page}/host`, form)).status).toBe(403)
  await world.as("admin").post(`${page}/key`)
  expect((await world.as("admin").post(`${page}/host`, form)).status).toBe(409)
})
