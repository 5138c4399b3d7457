import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { type LoopId, newLoopId, parseEnvName, parseUserName, parseVaultName } from "../lib/ids.ts"
import { type EventOf, type LoopNews, LoopRecord, type TranscriptEvent } from "../loops/index.ts"
import type { Clock } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createEvents } from "../platform/events.ts"
import { createLog, silentLog } from "../platform/log.ts"
import { Secret } from "../platform/secret.ts"
import { createSettings, type WorkspaceConfig } from "../settings/index.ts"
import { testClock, testIds } from "./clock.ts"
import { tempFolder } from "./temp-folder.ts"
import { createVault } from "../vault/index.ts"
import type { Failure, GatewayNews } from "../gateway/contract.ts"
import { createGateway, type GatewayNeeds } from "../gateway/index.ts"

export const presetsText = await readFile(join(import.meta.dir, "../../templates/presets.json"), "utf8")

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the test's own value is missing")
  return value
}
export const alice = must(parseUserName("alice"))
const defaultVault = must(parseVaultName("default"))

/** A gateway over real files for one loop of alice's, with every log line and refusal kept. */
export async function gatewayTest(
  options: { needs?: Partial<GatewayNeeds>; clock?: Clock; record?: Partial<LoopRecord> } = {},
) {
  const folder = await tempFolder()
  const home = folder.path
  const disk = createDisk()
  const ids = testIds()
  const clock = options.clock ?? testClock()
  const logged: string[] = []
  const log = createLog({ format: "json", verbose: true, write: (line) => logged.push(line) }, clock)
  const opened = await createSettings({ disk, home, ids, log: silentLog, presets: presetsText })
  if (opened.kind !== "opened") throw new Error(opened.kind)
  const { settings } = opened
  const vault = createVault({ disk, home, settings })
  const loop: LoopId = newLoopId({ ...ids, uuid: () => "11111111-1111-4111-8111-111111111111" })
  let record = loopRecord(loop, options.record)
  const transcript: TranscriptEvent[] = []
  const events = createEvents<LoopNews & GatewayNews>(log)
  const refused: Failure[] = []
  events.on("gateway.refused", ({ failure }) => refused.push(failure))
  const gateway = createGateway({
    settings,
    vault,
    loops: {
      record: async (id) => (id === loop ? record : undefined),
      transcript: () => ({ ...noTranscript, before: async () => ({ events: transcript, atStart: true }) }),
      serverFile: (id, name) => join(home, `${id}-${name}`),
    },
    events,
    disk,
    clock,
    ids,
    log,
    ...options.needs,
  })
  return {
    home,
    loop,
    gateway,
    settings,
    vault,
    events,
    transcript,
    logged,
    refused,
    change: (part: Partial<LoopRecord>) => void (record = { ...record, ...part }),
    workspace: (part: Partial<WorkspaceConfig>) => settings.changeWorkspace((config) => ({ ...config, ...part })),
    personal: (providers: Record<string, unknown>) =>
      settings.changePersonal(alice, (config) => ({ ...config, providers })),
    secret: (name: string, value: string) =>
      vault.write({ user: alice, vault: defaultVault, name: must(parseEnvName(name)) }, new Secret(value)),
    ask: (body: unknown, init: RequestInit = {}) => gateway.serve(loop, messagesRequest(body, init)),
    async ledger(): Promise<Record<string, unknown>[]> {
      const text = await readFile(join(home, `${loop}-usage.jsonl`), "utf8").catch(() => "")
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

export function messagesRequest(body: unknown, init: RequestInit = {}): Request {
  return new Request("http://localhost/v1/messages?beta=true", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
    headers: { "content-type": "application/json", "x-api-key": "loopat", ...init.headers },
  })
}

const noTranscript = {
  append: () => Promise.reject(new Error("the gateway appends nothing")),
  accept: () => Promise.reject(new Error("the gateway accepts nothing")),
  lastSeq: async () => 0,
  after: async () => ({ events: [], atEnd: true }),
}

function loopRecord(id: LoopId, part: Partial<LoopRecord> = {}): LoopRecord {
  const at = "2026-01-15T12:00:00.000Z"
  const record = LoopRecord.parse({
    version: 1,
    id,
    kind: "work",
    title: "A loop",
    titleBy: "default",
    createdAt: at,
    createdBy: "alice",
    driver: "alice",
    drivers: [{ user: "alice", from: at }],
    state: { kind: "driven" },
    visibility: "workspace",
    profiles: [],
    vault: "default",
    network: "open",
    flags: { crossLoop: false, nested: false },
    permissionMode: "bypassPermissions",
    rules: [],
    thinking: "auto",
    warnings: [],
  })
  return { ...record, ...part }
}

export const key = "sk-canary-0123456789"

/** A gateway whose one provider is the upstream, with a key in alice's vault. */
export async function gatewayWith(
  upstream: { url: string; place: string },
  options: Parameters<typeof gatewayTest>[0] = {},
) {
  const setup = await gatewayTest(options)
  await setup.secret("LOCAL_API_KEY", key)
  await setup.personal({ local: { baseUrl: upstream.url, apiKey: "${LOCAL_API_KEY}", models: ["m-1", "m-2"] } })
  await setup.workspace({ providerHosts: [upstream.place] })
  return setup
}

/** A Messages API on loopback that answers as the test says and remembers what it was asked. */
export function scriptedUpstream(
  answer: (request: Request, body: string) => Response | Promise<Response>,
  tls?: { key: string; cert: string },
) {
  const seen: { method: string; path: string; headers: Record<string, string>; body: string }[] = []
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    ...(tls && { tls }),
    async fetch(request) {
      const url = new URL(request.url)
      const body = await request.text()
      const { method } = request
      seen.push({ method, path: url.pathname + url.search, headers: Object.fromEntries(request.headers), body })
      return answer(request, body)
    },
  })
  const place = `127.0.0.1:${server.port}`
  return { seen, place, url: `${tls ? "https" : "http"}://${place}`, [Symbol.asyncDispose]: () => server.stop(true) }
}

export const event = (type: string, fields: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

/** A whole streamed answer: 10 tokens in, 5 of them from the cache, 7 out. */
export const streamed = [
  event("message_start", { message: { usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 } } }),
  event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "héllo 你好" } }),
  event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 7 } }),
  event("message_stop"),
].join("")

export const eventStream = (body: BodyInit | ReadableStream<Uint8Array>) =>
  new Response(body, { headers: { "content-type": "text/event-stream" } })

/** An upstream that sends the head and these bytes of a stream, and drops the connection when told to. */
export function breakingUpstream(bytes: string) {
  const piece = new TextEncoder().encode(bytes)
  const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
  const open = new Set<{ terminate(): void }>()
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        open.add(socket)
        socket.write(`${head}${piece.length.toString(16)}\r\n`)
        socket.write(piece)
        socket.write("\r\n")
      },
    },
  })
  const place = `127.0.0.1:${server.port}`
  return {
    place,
    url: `http://${place}`,
    drop: () => open.forEach((socket) => socket.terminate()),
    [Symbol.asyncDispose]: async () => server.stop(true),
  }
}

export const turnStarted = (turn: string): EventOf<"turn-started"> => ({
  seq: 1,
  at: "",
  kind: "turn-started",
  turn,
  messages: [],
  by: "person",
  model: "",
  provider: "",
})
