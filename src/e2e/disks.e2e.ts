import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { createLoop, firstPerson, type Person } from "../testing/holds/person.ts"
import { startServer } from "./harness.ts"
import { type SmallDisk, smallDisk } from "./small-disk.ts"

// A real file system of a few megabytes, really full and really read-only.

/** More than fits into the part of a block that the file has already. */
const long = `keep me ${"and all of this ".repeat(1_000)}`

/** What a person tries first on a full disk: everything is refused with words, and everything can be read. */
async function refusedAndReadable(person: Person, loop: string, disk: SmallDisk): Promise<void> {
  const tries: [string, Record<string, string>][] = [
    [urls.loopMessages(loop), { clientId: "while-broken", text: long }],
    [urls.loops(), { clientId: "new-while-broken", message: "keep me too" }],
    [urls.loopTitle(loop), { title: "Renamed" }],
    [urls.providers, { source: "personal", name: "P", address: "https://api.example.org", models: "m", enabled: "on" }],
  ]
  for (const [path, form] of tries) {
    disk.fill()
    const said = await person.accepted(path, form)
    expect([path, said.kind === "refused" && said.status]).toEqual([path, 507])
    expect(said.kind === "refused" && said.words).toMatch(/disk is full or cannot be written/)
  }
  for (const path of [urls.loops(), urls.loop(loop), urls.providers]) expect(await person.read(path)).toContain("<main")
}

async function acceptedAtLast(person: Person, loop: string): Promise<void> {
  const sent = await person.accepted(urls.loopMessages(loop), { clientId: "while-broken", text: long })
  expect(sent.kind).toBe("accepted")
  const made = await person.accepted(urls.loops(), { clientId: "new-while-broken", message: "keep me too" })
  expect(made.kind).toBe("accepted")
  expect((await person.read(urls.loop(loop))).split('data-client-id="while-broken"').length).toBeGreaterThan(1)
}

test("on a disk that is full, and on one that is read-only, everything is refused with words, read, and works again afterwards", async () => {
  await using disk = await smallDisk()
  await using server = await startServer({ sandboxes: false, home: disk.home, through: disk.through })
  const person = await firstPerson(() => server.url)
  const loop = await createLoop(person, { clientId: "one", title: "Plan" })

  await refusedAndReadable(person, loop, disk)
  await server.kill()
  await server.restart()
  await refusedAndReadable(person, loop, disk)
  disk.empty()
  await acceptedAtLast(person, loop)

  disk.readOnly(true)
  const said = await person.accepted(urls.loopMessages(loop), { clientId: "read-only", text: long })
  expect([said.kind === "refused" && said.status, said.kind === "refused" && said.words]).toEqual([
    507,
    expect.stringMatching(/disk is full or cannot be written/),
  ])
  expect(await person.read(urls.loop(loop))).toContain("keep me")
  disk.readOnly(false)
  const sent = await person.accepted(urls.loopMessages(loop), { clientId: "read-only", text: long })
  expect(sent.kind).toBe("accepted")
}, 120_000)

test("a second server on one home is refused with the way out, and a killed one leaves the home free", async () => {
  await using first = await startServer({ sandboxes: false })
  await expect(startServer({ sandboxes: false, home: first.home })).rejects.toThrow(
    new RegExp(`ended with 4:[^]*another server holds ${first.home} \\(process ${first.pid}\\); stop it first`),
  )
  await first.kill()
  await using second = await startServer({ sandboxes: false, home: first.home })
  expect((await fetch(`${second.url}/livez`)).status).toBe(200)
  await first.restart().then(
    () => expect("a second server").toBe("refused"),
    (error: unknown) => expect(String(error)).toContain("another server holds"),
  )
}, 60_000)
