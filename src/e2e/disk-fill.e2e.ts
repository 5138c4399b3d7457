import { expect, test } from "bun:test"
import { mkdir, statfs } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { readTranscript } from "../testing/holds/book.ts"
import { createLoop, firstPerson } from "../testing/holds/person.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { startServer, until } from "./harness.ts"

/** A mount of the machine's own, because sandboxes are started into it. */
async function smallDisk() {
  const folder = await tempFolder()
  const place = join(folder.path, "disk")
  await mkdir(place)
  system("mount", "-t", "tmpfs", "-o", "size=96m,mode=0777", "tmpfs", place)
  return {
    place,
    isFull: async () => (await statfs(place)).bavail === 0,
    async [Symbol.asyncDispose]() {
      system("umount", "--recursive", place)
      await folder[Symbol.asyncDispose]()
    },
  }
}

function system(...argv: string[]): void {
  const root = process.getuid?.() === 0 ? [] : ["sudo", "-n"]
  const { exitCode, stderr } = Bun.spawnSync([...root, ...argv])
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`)
}

/** The output is longer than what still fits into the last block of a file. */
const filling = `#bash dd if=/dev/zero of=fill bs=1M count=500\n#bash seq 1 4000\n#say after the fill`

test("an agent that fills the disk stops nothing but what must be stored: people are told in words, read on, make room, and its turn goes on", async () => {
  await using disk = await smallDisk()
  await using server = await startServer({ home: join(disk.place, "home") })
  const person = await firstPerson(() => server.url)
  const other = await createLoop(person, { clientId: "other", title: "Another loop" })
  const loop = await createLoop(person, { clientId: "fill", title: "Fill", message: filling })
  await until("the disk is full", disk.isFull)
  await until("the page says why nothing goes on", async () =>
    (await person.read(urls.loop(loop))).includes("The disk is full or cannot be written. Make room"),
  )
  const message = { clientId: "later", text: `keep this ${"and all of this ".repeat(2_000)}` }
  const refused = await person.accepted(urls.loopMessages(loop), message)
  expect([refused.kind === "refused" && refused.status, refused.kind === "refused" && refused.words]).toEqual([
    507,
    expect.stringMatching(/disk is full or cannot be written/),
  ])
  expect(await person.read(urls.loop(other))).toContain("Another loop")
  expect(await person.read(urls.loops())).toContain("Another loop")

  const room = await person.post(urls.loopCommand(loop), { command: "rm fill && echo there is room" })
  expect([room.status, await room.text()]).toEqual([200, expect.stringContaining("there is room")])
  const events = await until("the turn has ended", async () => {
    const all = await readTranscript(server.home, loop)
    return all.some(({ kind }) => /^turn-(finished|failed)$/.test(kind)) && all
  })
  expect(events.findLast(({ kind }) => kind.startsWith("turn-"))).toMatchObject({ outcome: "done" })
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  for (const text of ["No space left on device", "3999\\n4000", "after the fill"])
    expect(JSON.stringify(events)).toContain(text)
  expect((await person.accepted(urls.loopMessages(loop), message)).kind).toBe("accepted")
}, 120_000)
