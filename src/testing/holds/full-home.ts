import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { App } from "../../app/app.ts"
import { parseLoopId } from "../../lib/ids.ts"
import { urls } from "../../lib/urls.ts"
import { askIdOf } from "../../agent/asks.ts"
import { type Client, testClient } from "../client.ts"
import { inMemory, tempFolder } from "../temp-folder.ts"
import { emptyAssets, testApp } from "../test-app.ts"
import { readTranscript, restOf } from "./book.ts"
import { askingLines, type FullHome } from "./operations.ts"
import { password } from "./person.ts"
import { leaveVaultFiles } from "./vault-operations.ts"
import { leaveNetwork } from "./network-operations.ts"
import { leaveRepositories } from "./repository-operations.ts"
import { leaveOutside, leaveTexts, leaveToken } from "./context-operations.ts"
import { leavePanels } from "./panel-operations.ts"

export const clientOf = (app: App): Client => testClient({ handle: (request) => app.answer(request) })

/** The same person at another server on the same home: cookies and all. */
export function sameClient(app: App, cookies: ReadonlyMap<string, string>): Client {
  const client = clientOf(app)
  for (const [name, value] of cookies) client.cookies.set(name, value)
  return client
}

export interface Template extends AsyncDisposable {
  full: FullHome
  cookies: ReadonlyMap<string, string>
  /** A folder of assets for every server on it. */
  assets: string
}

/** Made through the program itself once, to be copied for every try. */
export async function fullHome(): Promise<Template> {
  const folder = await tempFolder(inMemory())
  const home = join(folder.path, "home")
  const assets = await emptyAssets(folder.path)
  const { app, ...world } = await testApp({}, { home, assets })
  app.begin()
  const client = clientOf(app)
  await must(client.post(urls.setUp, { workspace: "Acme", name: "ada", password }))
  await must(client.post(urls.providers, { ...firstProvider }))
  const names = ["waiting", "archived", "deleted", "broken", "asking"] as const
  const loops = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const made = await must(client.post(urls.loops(), { clientId: name, title: name, message: `first of ${name}` }))
        return [name, made.headers.get("location")?.split("/").at(-1) ?? ""] as const
      }),
    ),
  ) as FullHome["loops"]
  for (const id of Object.values(loops)) await until(async () => restOf(await readTranscript(home, id)).failed)
  await must(client.post(urls.loopMessages(loops.waiting), { clientId: "second", text: "second of waiting" }))
  await until(async () => {
    const { failed, waiting } = restOf(await readTranscript(home, loops.waiting))
    return failed && waiting.length === 2
  })
  const queued = restOf(await readTranscript(home, loops.waiting)).waiting
  await must(client.post(urls.loopArchive(loops.archived)))
  await must(client.post(urls.loopDelete(loops.deleted), { title: "deleted" }))
  await world[Symbol.asyncDispose]()
  await breakDown(join(home, "loops", loops.broken))
  const ask = await letAsk(home, loops.asking)
  await leavePanels(home, loops.waiting)
  await leaveTexts(home)
  await leaveToken(home)
  await leaveOutside(home)
  await leaveVaultFiles(home)
  await leaveNetwork(home, loops.waiting)
  await leaveRepositories(home)
  return {
    full: { home, loops, queued: [queued[0] ?? 0, queued[1] ?? 0], ask },
    cookies: client.cookies,
    assets,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const firstProvider = {
  source: "personal",
  name: "First",
  address: "https://api.example.org",
  key: "sk-first-0123456789",
  auth: "x-api-key",
  models: "model-a",
  enabled: "on",
}

/** As if its repository could not be fetched. */
async function breakDown(folder: string): Promise<void> {
  const path = join(folder, "meta.json")
  const record = JSON.parse(await readFile(path, "utf8"))
  const state = { kind: "broken", reason: "failed", sentence: "it broke", at: record.createdAt }
  await writeFile(path, JSON.stringify({ ...record, state }))
}

/** As if the server had died while the agent waited for an answer. */
async function letAsk(home: string, loop: string): Promise<string> {
  const id = parseLoopId(loop)
  const events = await readTranscript(home, loop)
  if (!id) throw new Error("no loop id")
  const ask = askIdOf(id, "toolu_1")
  const at = events.at(-1)?.at ?? ""
  const lines = askingLines(at, ask).map((line, index) => JSON.stringify({ seq: events.length + index + 1, ...line }))
  await appendFile(join(home, "loops", loop, "messages.jsonl"), `${lines.join("\n")}\n`)
  await mkdir(join(home, "loops/.running", loop), { recursive: true })
  return ask
}

async function must(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  if (response.status >= 400) throw new Error(`${response.status}: ${(await response.text()).slice(0, 2_000)}`)
  return response
}

/** Looks again after each turn of the event loop. */
export async function until(look: () => Promise<boolean>, most = 3_000): Promise<void> {
  for (let tries = 0; !(await look()); tries++) {
    if (tries > most) throw new Error("it never came true")
    await new Promise<void>((turn) => void setTimeout(turn, 2))
  }
}
