import { readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { paths, urls } from "../../lib/urls.ts"
import type { Client } from "../client.ts"
import { questions } from "../real-looks.ts"
import { readTranscript } from "./book.ts"
import { contextOperations } from "./context-operations.ts"
import { vaultOperations } from "./vault-operations.ts"
import { networkOperations } from "./network-operations.ts"
import { repositoryOperations } from "./repository-operations.ts"
import { panelOperations } from "./panel-operations.ts"

/** A home in which every operation can be done, and the names in it. */
export interface FullHome {
  home: string
  loops: Record<"waiting" | "archived" | "deleted" | "broken" | "asking", string>
  /** Numbers of two messages that wait in `waiting`. */
  queued: [number, number]
  ask: string
}

/** Something that writes, and how one sees in the files that it was done. */
export interface Operation {
  /** Method and path of the route, as mounted. */
  route: string
  act(client: Client, at: FullHome): Promise<Response>
  done(at: FullHome): Promise<boolean>
  /** What else is an honest outcome of work that goes on after the answer: a failure that the page shows. */
  shown?(at: FullHome): Promise<boolean>
  /** What must be true after the next start, where that is more. */
  settled?(at: FullHome): Promise<boolean>
  /** On a home without anybody. */
  first?: boolean
}

const record = async ({ home }: FullHome, loop: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(home, "loops", loop, "meta.json"), "utf8"))
const stateOf = async (at: FullHome, loop: string) => {
  const { state } = await record(at, loop)
  return typeof state === "object" && state !== null && "kind" in state ? state.kind : undefined
}
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
const isAway = ({ home, loops }: FullHome) => exists(join(home, "loops/.deleted", loops.waiting))
const text = (path: string) => readFile(path, "utf8").catch(() => "")
const lines = async ({ home }: FullHome, loop: string) => readTranscript(home, loop)

const provider = {
  source: "personal",
  name: "Second",
  address: "https://api.example.org",
  key: "sk-test-0123456789",
  auth: "x-api-key",
  models: "model-a",
  enabled: "on",
}
const personalConfig = ({ home }: FullHome) => text(join(home, "personal/ada/.loopat/config.json"))

/** Every operation of the program that writes on the server's disk. A message that is sent twice with one client id is one message. */
export const operations: Operation[] = [
  {
    route: `POST ${paths.setUp}`,
    first: true,
    act: (client) => client.post(urls.setUp, { workspace: "Acme", name: "ada", password: "correct horse battery" }),
    done: async ({ home }) => (await text(join(home, "accounts/users.json"))).includes('"ada"'),
  },
  {
    route: `POST ${paths.signIn}`,
    act: (client) => client.post(urls.signIn(), { name: "ada", password: "correct horse battery" }),
    done: async ({ home }) => {
      const months = [...new Bun.Glob("*.jsonl").scanSync(join(home, "audit"))]
      const audit = await Promise.all(months.map((name) => text(join(home, "audit", name))))
      return audit.join("").includes('"action":"login"')
    },
  },
  {
    route: `POST ${paths.signOut}`,
    act: (client) => client.post(urls.signOut),
    done: async ({ home }) => !(await text(join(home, "accounts/sessions.json"))).includes('"hash"'),
  },
  {
    route: `POST ${paths.language}`,
    act: (client) => client.post(urls.language, { locale: "zh" }),
    done: async ({ home }) => (await text(join(home, "accounts/users.json"))).includes('"zh"'),
  },
  {
    route: `POST ${paths.theme}`,
    act: (client) => client.post(urls.theme, { theme: "dark" }),
    // Lives in a cookie.
    done: async () => true,
  },
  {
    route: `POST ${paths.setUpProvider}`,
    act: (client) => client.post(urls.setUpProvider, { way: "key", key: "sk-ant-0123456789abcdef" }),
    done: async (at) => (await personalConfig(at)).includes('"Anthropic"'),
  },
  {
    route: `POST ${paths.loops}`,
    act: (client) => client.post(urls.loops(), { clientId: "made", message: "hello", title: "Made" }),
    done: async ({ home }) => {
      const made = await Promise.all(
        [...new Bun.Glob("*/meta.json").scanSync(join(home, "loops"))].map((name) => text(join(home, "loops", name))),
      )
      return made.filter((one) => one.includes('"clientId": "made"')).length === 1
    },
  },
  {
    route: `POST ${paths.loopMessages}`,
    act: (client, { loops }) => client.post(urls.loopMessages(loops.waiting), { clientId: "sent", text: "sent text" }),
    done: async (at) =>
      (await lines(at, at.loops.waiting)).filter((one) => one.kind === "user-message" && one.clientId === "sent")
        .length === 1,
  },
  {
    route: `POST ${paths.loopMode}`,
    act: (client, { loops }) => client.post(urls.loopMode(loops.waiting), { mode: "default" }),
    done: async (at) => (await record(at, at.loops.waiting))["permissionMode"] === "default",
  },
  {
    route: `POST ${paths.loopAsk}`,
    act: (client, { loops, ask }) => client.post(urls.loopAsk(loops.asking, ask), { "answer.0": "Red" }),
    done: async (at) =>
      (await lines(at, at.loops.asking)).filter((one) => one.kind === "answered" && one.decision === "answer")
        .length === 1,
  },
  {
    route: `POST ${paths.loopContinue}`,
    act: (client, { loops }) => client.post(urls.loopContinue(loops.waiting)),
    done: async () => true,
  },
  {
    route: `POST ${paths.loopStop}`,
    act: (client, { loops }) => client.post(urls.loopStop(loops.asking)),
    done: async (at) => (await lines(at, at.loops.asking)).some((one) => one.kind === "turn-finished"),
  },
  {
    route: `POST ${paths.loopMessages}`,
    act: (client, { loops }) =>
      client.post(urls.loopMessages(loops.waiting), { clientId: "typed-1", text: "!true" }, { "hx-request": "true" }),
    done: async (at) => (await text(join(at.home, "loops", at.loops.waiting, "shell.json"))).includes("typed-1"),
    settled: async (at) =>
      (await lines(at, at.loops.waiting)).filter((one) => one.kind === "shell" && one.clientId === "typed-1").length ===
      1,
  },
  {
    route: `POST ${paths.loopShellStop}`,
    act: (client, { loops }) => client.post(urls.loopShellStop(loops.waiting, "0123456789abcdef")),
    done: async () => true,
  },
  {
    route: `POST ${paths.loopQueued}`,
    act: (client, { loops, queued }) => client.post(urls.loopQueued(loops.waiting, queued[1]), { text: "edited text" }),
    done: async (at) => JSON.stringify(await lines(at, at.loops.waiting)).includes("edited text"),
  },
  ...(["remove", "now", "move"] as const).map((op): Operation => {
    const url = { remove: urls.loopQueuedRemove, now: urls.loopQueuedNow, move: urls.loopQueuedMove }[op]
    const path = { remove: paths.loopQueuedRemove, now: paths.loopQueuedNow, move: paths.loopQueuedMove }[op]
    return {
      route: `POST ${path}`,
      act: (client, { loops, queued }) => client.post(url(loops.waiting, queued[1])),
      done: async (at) =>
        (await lines(at, at.loops.waiting)).some((one) => one.kind === "queue-changed" && one.op === op),
    }
  }),
  {
    route: `POST ${paths.loopTitle}`,
    act: (client, { loops }) => client.post(urls.loopTitle(loops.waiting), { title: "Renamed" }),
    done: async (at) => (await record(at, at.loops.waiting))["title"] === "Renamed",
  },
  {
    route: `POST ${paths.loopVisibility}`,
    act: (client, { loops }) => client.post(urls.loopVisibility(loops.waiting), { visibility: "private" }),
    done: async (at) => (await record(at, at.loops.waiting))["visibility"] === "private",
  },
  {
    route: `POST ${paths.systemCheck}`,
    act: (client) => client.post(urls.systemCheck),
    done: async () => true,
  },
  {
    route: `POST ${paths.loopArchive}`,
    act: (client, { loops }) => client.post(urls.loopArchive(loops.waiting)),
    done: async (at) => (await stateOf(at, at.loops.waiting)) === "archived",
  },
  {
    route: `POST ${paths.loopRestore}`,
    act: (client, { loops }) => client.post(urls.loopRestore(loops.archived)),
    done: async (at) => (await stateOf(at, at.loops.archived)) === "driven",
  },
  {
    route: `POST ${paths.loopDelete}`,
    act: (client, { loops }) => client.post(urls.loopDelete(loops.waiting), { title: "waiting" }),
    // It may move between the two looks.
    done: async (at) =>
      (await isAway(at)) || (await stateOf(at, at.loops.waiting).catch(() => "moved")) === "deleted" || isAway(at),
    settled: isAway,
  },
  {
    route: `POST ${paths.loopUndelete}`,
    act: (client, { loops }) => client.post(urls.loopUndelete(loops.deleted)),
    done: async (at) =>
      (await exists(join(at.home, "loops", at.loops.deleted))) && (await stateOf(at, at.loops.deleted)) === "driven",
  },
  {
    route: `POST ${paths.loopErase}`,
    act: (client, { loops }) => client.post(urls.loopErase(loops.deleted), { title: "deleted" }),
    done: async ({ home, loops }) => !(await exists(join(home, "loops/.deleted", loops.deleted))),
  },
  {
    route: `POST ${paths.loopPrepare}`,
    act: (client, { loops }) => client.post(urls.loopPrepare(loops.broken)),
    done: async (at) => (await stateOf(at, at.loops.broken)) === "driven",
    shown: async (at) => (await stateOf(at, at.loops.broken)) === "broken",
  },
  {
    route: `POST ${paths.loopSeen}`,
    act: (client, { loops }) => client.post(urls.loopSeen(loops.waiting), { seq: "2" }),
    done: async ({ home, loops }) => (await text(join(home, "loops", loops.waiting, "seen.json"))).includes('"ada": 2'),
  },
  {
    route: `POST ${paths.loopSandboxStop}`,
    act: (client, { loops }) => client.post(urls.loopSandboxStop(loops.waiting)),
    done: async () => true,
  },
  {
    route: `POST ${paths.providers}`,
    act: (client) => client.post(urls.providers, provider),
    done: async (at) => (await personalConfig(at)).includes('"Second"'),
  },
  {
    route: `POST ${paths.provider}`,
    act: (client) => client.post(urls.provider("personal", "First"), { ...provider, name: "First", models: "model-b" }),
    done: async (at) => (await personalConfig(at)).includes("model-b"),
  },
  {
    route: `POST ${paths.providerTest}`,
    act: (client) => client.post(urls.providerTest("personal", "First")),
    done: async () => true,
  },
  {
    route: `POST ${paths.providerDefault}`,
    act: (client) => client.post(urls.providerDefault("personal", "First")),
    done: async (at) => (await personalConfig(at)).includes('"default": "First"'),
  },
  {
    route: `POST ${paths.providerDelete}`,
    act: (client) => client.post(urls.providerDelete("personal", "First")),
    done: async (at) => !(await personalConfig(at)).includes('"First"'),
  },
  ...panelOperations,
  ...networkOperations,
  ...vaultOperations,
  ...repositoryOperations,
  ...contextOperations,
]

/** Lines of a turn in which the agent asked something and its server died. */
export const askingLines = (at: string, ask: string): object[] => [
  {
    at,
    turn: "turn_00000000000000000001",
    kind: "turn-started",
    messages: [2],
    by: "person",
    model: "m",
    provider: "p",
  },
  {
    ...{ at, turn: "turn_00000000000000000001", kind: "asked", ask, what: "question", tool: "AskUserQuestion" },
    ...{ toolUse: "toolu_1", input: JSON.parse(questions), questions: JSON.parse(questions).questions },
  },
]
