import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { readTranscript, restOf } from "../testing/holds/book.ts"
import { createPerson, password, type Person } from "../testing/holds/person.ts"
import { type Server, startServer, until } from "./harness.ts"

/** A loop whose agent waits inside a command until somebody makes the file `go`. */
async function waitingTurn(server: Server, person: Person): Promise<string> {
  const made = await person.accepted(urls.setUp, { workspace: "Acme", name: "ada", password })
  expect(made.kind).toBe("accepted")
  const message = "#bash until [ -e go ]; do sleep 0.1; done; echo went\n#say all of it"
  const created = await person.accepted(urls.loops(), { clientId: "one", message })
  const loop = created.kind === "accepted" ? (created.location?.split("/").at(-1) ?? "") : ""
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
  const loop = await waitingTurn(
    server,
    createPerson(() => server.url),
  )
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
  expect(events.at(-1)).toMatchObject({ kind: "turn-finished", outcome: "done" })
  expect(JSON.stringify(events)).toContain("went")
}, 120_000)
