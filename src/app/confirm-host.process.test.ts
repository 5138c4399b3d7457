import { expect, test } from "bun:test"
import { join } from "node:path"
import { contextWorld } from "../testing/context-world.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { readHtml } from "../testing/html.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const doors = ["/settings/context/notes/host", "/settings/personal/host"]

test("only the fingerprint that the host shows makes it known; anything else says what to do and changes nothing", async () => {
  await using folder = await tempFolder()
  await using host = await gitSshd(folder.path)
  await using world = await contextWorld()
  const admin = world.as("admin")
  await admin.post("/settings/context/keys", { name: "deploy" })
  await admin.post("/settings/personal/key")
  const address = host.address("notes.git")
  const known = () =>
    Bun.file(join(world.home, "secrets/@workspace/known_hosts"))
      .text()
      .catch(() => "none")
  const before = await known()
  const shown = await host.fingerprint()
  const other = `SHA256:${"A".repeat(43)}`
  const compareAnew = /Test the connection again and compare anew/
  const checkIt = /check what you entered/
  const wrong: { fingerprint?: string; address?: string; says: RegExp }[] = [
    { fingerprint: other, says: compareAnew },
    { fingerprint: "", says: compareAnew },
    { fingerprint: `${shown}\n${other}`, says: checkIt },
    { fingerprint: shown.toLowerCase(), says: compareAnew },
    { fingerprint: "127.0.0.1 ssh-ed25519 AAAA", says: compareAnew },
    { fingerprint: "S".repeat(101), says: checkIt },
    { address: "https://127.0.0.1/notes.git", says: /token/ },
    { address: "ssh://git@127.0.0.1:9/notes.git", says: compareAnew },
    { address: "ssh://-oProxyCommand=touch/x", says: /This is no address/ },
    { address: "", says: /This is no address/ },
  ]
  for (const door of doors) {
    for (const { says, ...form } of wrong) {
      const answer = await admin.post(door, { address, credential: "deploy", fingerprint: shown, ...form })
      const html = readHtml(await answer.text())
      const status = says === compareAnew ? 409 : 422
      const seen = [answer.status, html.one("main").text]
      expect([door, form, ...seen]).toEqual([door, form, status, expect.stringMatching(says)])
    }
    expect((await world.as("member").post(door, { address, credential: "", fingerprint: shown })).status).toBe(403)
  }
  expect(await known()).toBe(before)
  for (const door of doors) {
    const answer = await admin.post(door, { address, credential: "deploy", fingerprint: shown })
    expect([door, answer.status]).toEqual([door, 200])
    expect(readHtml(await answer.text()).one("main").text).toContain("The host is known now.")
  }
  expect(await known()).not.toBe(before)
})
