import { expect, test } from "bun:test"
import { copyFile, mkdir, rename } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { readTranscript, restOf } from "../testing/holds/book.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createLoop, firstPerson, type Person } from "../testing/holds/person.ts"
import { type Server, startServer, until } from "./harness.ts"

/** A loop whose agent waits inside a command until somebody makes the file `go`. */
async function waitingTurn(server: Server, person: Person): Promise<string> {
  const message = "#bash until [ -e go ]; do sleep 0.1; done; echo went\n#say all of it"
  const loop = await createLoop(person, { clientId: "one", message })
  await until("the command runs", async () =>
    JSON.stringify(await readTranscript(server.home, loop)).includes('"name":"Bash"'),
  )
  return loop
}

async function finished(server: Server, loop: string) {
  await Bun.write(`${server.home}/loops/${loop}/workdir/go`, "")
  await until("the turn ends", async () => restOf(await readTranscript(server.home, loop)).openTurn === undefined)
  return readTranscript(server.home, loop)
}

test("a server stopped while it takes up what runs ends in good order and leaves the turn to the next one", async () => {
  await using server = await startServer()
  const person = await firstPerson(() => server.url)
  const loop = await waitingTurn(server, person)
  await server.kill()
  // From the first moment to the middle of taking up: each stop falls into another part of it.
  for (const wait of [0, 20, 80, 200, 400, 700]) {
    await server.restart()
    await Bun.sleep(wait)
    expect(await server.stop()).toBe(0)
  }
  await server.restart()
  const events = await finished(server, loop)
  expect(events.filter(({ kind }) => kind === "turn-started")).toHaveLength(1)
  // Its name comes when it comes.
  const last = events.findLast(({ kind }) => String(kind).startsWith("turn-"))
  expect(last).toMatchObject({ kind: "turn-finished", outcome: "done" })
  expect(JSON.stringify(events)).toContain("went")
}, 120_000)

const root = join(import.meta.dir, "../..")

test("another build takes the place of the running one in mid-turn: the turn goes on under its id, and so does the loop", async () => {
  await using folder = await tempFolder()
  const [installed, next] = [join(folder.path, "bin/loopat"), join(folder.path, "next")]
  await mkdir(join(folder.path, "bin"))
  await copyFile(join(root, "dist/loopat"), installed)
  const built = Bun.spawnSync([process.execPath, "run", "src/tools/build.ts", next, "9.9.9"], { cwd: root })
  expect(built.stderr.toString()).not.toContain("error")
  await using server = await startServer({ executable: installed })
  const person = await firstPerson(() => server.url)
  const loop = await waitingTurn(server, person)
  const turn = restOf(await readTranscript(server.home, loop)).openTurn
  const queued = await person.accepted(urls.loopMessages(loop), { clientId: "two", text: "#say the one that waited" })
  expect(queued.kind).toBe("accepted")

  await rename(next, installed)
  expect(await server.stop()).toBe(0)
  await server.restart()
  expect(server.output()).toContain("9.9.9")
  expect(await person.read(urls.loop(loop))).toContain("until [ -e go ]")

  await Bun.write(`${server.home}/loops/${loop}/workdir/go`, "")
  const rests = async () => {
    const { openTurn, waiting } = restOf(await readTranscript(server.home, loop))
    return openTurn === undefined && waiting.length === 0
  }
  await until("both turns end", rests)
  const events = await readTranscript(server.home, loop)
  const ends = events.filter(({ kind }) => kind === "turn-finished" || kind === "turn-failed")
  expect(ends.map((end) => [end.kind, end.turn === turn])).toEqual([
    ["turn-finished", true],
    ["turn-finished", false],
  ])
  expect(JSON.stringify(events)).toContain("went")
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
}, 120_000)
