import { expect, test } from "bun:test"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { createPerson, password, type Person } from "../testing/holds/person.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { startServer } from "./harness.ts"

// A real file system of a few megabytes, really full and really read-only.

interface SmallDisk extends AsyncDisposable {
  home: string
  /** The way to a program for which the disk is there. */
  through: readonly string[]
  fill(): void
  empty(): void
  readOnly(on: boolean): void
}

/** Mounted in a namespace of its own, in which whoever runs this may mount: the machine's own mounts stay as they are. */
async function smallDisk(): Promise<SmallDisk> {
  const folder = await tempFolder()
  const place = join(folder.path, "disk")
  await mkdir(place)
  const inside = `mount -t tmpfs -o size=16m tmpfs ${place} && echo mounted && exec tail -f /dev/null`
  const holder = Bun.spawn(["unshare", "--map-root-user", "--mount", "sh", "-c", inside], { stderr: "pipe" })
  const said = await holder.stdout.getReader().read()
  if (said.done) throw new Error(`no disk: ${await new Response(holder.stderr).text()}`)
  const through = ["nsenter", "--user", "--mount", "--preserve-credentials", `--target=${holder.pid}`, "--"]
  const system = (...argv: string[]) => {
    const { exitCode, stderr } = Bun.spawnSync([...through, ...argv])
    if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`)
  }
  const filler = join(place, "filler")
  return {
    home: join(place, "home"),
    through,
    fill() {
      const { stderr } = Bun.spawnSync([...through, "cp", "/dev/zero", filler])
      if (!/no space left/i.test(stderr.toString())) throw new Error(`not full: ${stderr.toString()}`)
    },
    empty: () => system("rm", filler),
    readOnly(on) {
      // The whole of it cannot be: the server's lock is open for writing.
      const loops = join(place, "home/loops")
      if (!on) return system("umount", loops)
      system("mount", "--bind", loops, loops)
      system("mount", "-o", "remount,bind,ro", loops)
    },
    async [Symbol.asyncDispose]() {
      holder.kill()
      await holder.exited
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** More than fits into the part of a block that the file has already. */
const long = `keep me ${"and all of this ".repeat(1_000)}`

/** What a person tries first on such a disk: everything is refused with words, and everything can be read. */
async function refusedAndReadable(person: Person, loop: string): Promise<void> {
  const tries: [string, Record<string, string>][] = [
    [urls.loopMessages(loop), { clientId: "while-broken", text: long }],
    [urls.loops(), { clientId: "new-while-broken", message: "keep me too" }],
    [urls.loopTitle(loop), { title: "Renamed" }],
    [urls.providers, { source: "personal", name: "P", address: "https://api.example.org", models: "m", enabled: "on" }],
  ]
  for (const [path, form] of tries) {
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
  const person = createPerson(() => server.url)
  expect((await person.accepted(urls.setUp, { workspace: "Acme", name: "ada", password })).kind).toBe("accepted")
  const made = await person.accepted(urls.loops(), { clientId: "one", title: "Plan" })
  const loop = made.kind === "accepted" ? (made.location?.split("/").at(-1) ?? "") : ""

  disk.fill()
  await refusedAndReadable(person, loop)
  await server.kill()
  await server.restart()
  await refusedAndReadable(person, loop)
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
