import { createHash } from "node:crypto"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { AppNeeds } from "../app/app.ts"
import { type Actor, everybody, type LoopKind, loopKinds } from "./roles.ts"
import { type TestApp, testApp } from "./test-app.ts"

export interface RoleWorld extends TestApp {
  /** The cookie of one of an actor's logins; undefined for a stranger. */
  cookie(actor: Actor, login?: number): string | undefined
  /** Puts another loop of this kind on disk. Its title and its talk hold words that stand nowhere else. */
  newLoop(kind: LoopKind): Promise<PlacedLoop>
}

export interface PlacedLoop {
  id: string
  /** Words of the title and of the conversation: whoever may not read the loop must never be sent them. */
  secrets: readonly string[]
  /** The record and the transcript as they lie on disk, wherever that is by now. */
  bytes(): Promise<string>
}

export interface RoleWorldOptions {
  app?: Partial<AppNeeds>
  flags?: readonly string[]
  /** Settings besides the provider of the workspace. */
  config?: object
  /** The cookie's name; on https it has the prefix. */
  session?: string
  /** A folder of built assets, for tests with a browser. */
  assets?: string
  /** What else an earlier run left in the home. */
  prepare?(home: string): Promise<void>
}

/** The whole program over a home with every kind of person in it, each with a login, and loops of every kind on demand. */
export async function roleWorld({
  app,
  flags,
  config,
  session = "loopat_session",
  assets,
  prepare,
}: RoleWorldOptions = {}): Promise<RoleWorld> {
  const now = app?.clock?.now() ?? Date.now()
  const world = await testApp(app, {
    flags,
    assets,
    async prepare(home) {
      await furnish(home, now, config)
      await prepare?.(home)
    },
  })
  return {
    ...world,
    cookie: (actor, login = 0) => (actor === "anonymous" ? undefined : `${session}=${tokenOf(actor, login)}`),
    newLoop: (kind) => placeLoop(world.home, kind, now),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

const tokenOf = (actor: Actor, login: number): string =>
  createHash("sha256").update(`token ${login} of ${actor}`).digest("base64url")

/** Enough for whatever ends a login. */
const logins = [0, 1, 2, 3]

/** A provider that nobody can reach: a test of it ends at once. */
const provider = { baseUrl: "http://127.0.0.1:9", models: ["some-model"], apiKey: "", auth: "none", enabled: true }

/** One for each way of asking, because some of them remove it. */
const named = (name: string) =>
  Object.fromEntries(["page", "fragment", "program", "stream"].map((carrier) => [`${name}-${carrier}`, provider]))

async function furnish(home: string, now: number, config: object = {}): Promise<void> {
  const at = new Date(now - 60_000).toISOString()
  const people = everybody.filter((actor) => actor !== "anonymous")
  const users = people.map((id) => ({
    id,
    role: id === "admin" ? "admin" : "member",
    status: id === "pending" || id === "disabled" || id === "deleted" ? id : "active",
    createdAt: at,
  }))
  const sessions = people.flatMap((user) =>
    logins.map((login) => ({
      ...{ id: `login_${user}_${login}`, user, createdAt: at, lastSeenAt: at, confirmedAt: at, address: "", agent: "" },
      hash: createHash("sha256").update(tokenOf(user, login)).digest("hex"),
      expiresAt: new Date(user === "expired" ? now - 1 : now + 86_400_000).toISOString(),
    })),
  )
  await put(`${home}/accounts/users.json`, { version: 1, users })
  await put(`${home}/accounts/sessions.json`, { version: 1, sessions })
  await put(`${home}/config.json`, {
    version: 1,
    id: crypto.randomUUID(),
    name: "Workshop",
    providers: named("team"),
    ...config,
  })
  await put(`${home}/personal/owner/.loopat/config.json`, { providers: named("mine") })
}

async function placeLoop(home: string, kind: LoopKind, now: number): Promise<PlacedLoop> {
  const id = crypto.randomUUID()
  const secrets = [`title-${id.slice(0, 8)}`, `spoken-${id.slice(0, 8)}`]
  const folders = [`${home}/loops/${id}`, `${home}/loops/.deleted/${id}`]
  const folder = loopKinds[kind].state === "deleted" ? folders[1] : folders[0]
  const at = new Date(now - 60_000).toISOString()
  await put(`${folder}/meta.json`, recordOf({ id, kind, at, title: secrets[0] ?? "" }))
  const message = { type: "assistant", message: { content: [{ type: "text", text: secrets[1] }] } }
  await writeFile(`${folder}/messages.jsonl`, `${JSON.stringify({ seq: 1, at, turn: null, kind: "agent", message })}\n`)
  return { id, secrets, bytes: async () => (await Promise.all(folders.map(textIn))).join("") }
}

function recordOf({ id, kind, at, title }: { id: string; kind: LoopKind; at: string; title: string }) {
  const driven = { kind: "driven" }
  const before = { was: "driven", before: driven }
  const purgeAt = new Date(Date.parse(at) + 86_400_000).toISOString()
  const states = {
    driven,
    archived: { kind: "archived", at, by: "owner", ...before },
    offered: { kind: "offered", by: "driver", to: "promised", since: at },
    deleted: { kind: "deleted", at, by: "owner", purgeAt, ...before },
  }
  return {
    ...{ version: 1, id, kind: "work", title, titleBy: "person", createdAt: at, createdBy: "owner", driver: "driver" },
    drivers: [{ user: "driver", from: at }],
    state: states[loopKinds[kind].state],
    visibility: loopKinds[kind].private ? "private" : "workspace",
    ...{ profiles: [], vault: "default", network: "open", flags: { crossLoop: false, nested: false } },
    ...{ permissionMode: "bypassPermissions", rules: [], thinking: "auto", warnings: [] },
  }
}

async function textIn(folder: string): Promise<string> {
  const texts = await Promise.all(
    ["meta.json", "messages.jsonl"].map((name) => readFile(join(folder, name), "utf8").catch(() => "")),
  )
  return texts.join("")
}

async function put(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(value), { mode: 0o600 })
}
