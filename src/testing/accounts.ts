import { join } from "node:path"
import { createAccounts, createArgon2, type Accounts, type AccountsNeeds, type AccountNews } from "../accounts/index.ts"
import { publicRoutes } from "../app/public-routes.ts"
import type { UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createEvents, type Events } from "../platform/events.ts"
import { createRoot } from "../platform/http/access.ts"
import { createClientAddress } from "../platform/http/address.ts"
import { securityHeaders } from "../platform/http/headers.ts"
import { createOwnOrigin } from "../platform/http/origin.ts"
import { problemHeaders, type ShowProblem } from "../platform/http/problem.ts"
import { systemIds } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import { testClient, type Client } from "./client.ts"
import { testClock, type TestClock } from "./clock.ts"
import { tempFolder } from "./temp-folder.ts"

export interface AccountsWorld extends AsyncDisposable {
  accounts: Accounts
  clock: TestClock
  events: Events<AccountNews>
  home: string
  /** Every call of the slow hash. */
  hashCalls: string[]
  news: { name: keyof AccountNews; user: UserName }[]
  workspaceName: () => string
  activated: UserName[]
  root: () => ReturnType<typeof createRoot>
  /** Waits until nothing runs in the background any more. */
  settled(): Promise<void>
  browser(headers?: Record<string, string | null>): Client
  /** The same home, as a server finds it after a restart. */
  restart(over?: Partial<AccountsNeeds>): Promise<AccountsWorld>
}

export const adminPassword = "correct horse battery"

/** Accounts on a real disk, behind the real access hook, with a hash that costs next to nothing. */
export async function accountsWorld(over: Partial<AccountsNeeds> = {}): Promise<AccountsWorld> {
  const folder = await tempFolder()
  return world(folder.path, over, async () => folder[Symbol.asyncDispose]())
}

/** The same with one admin, `ada`. */
export async function peopledWorld(over: Partial<AccountsNeeds> = {}): Promise<AccountsWorld> {
  const all = await accountsWorld(over)
  const by = { actor: "system", via: "cli" } as const
  const added = await all.accounts.people.add({ name: "ada", password: adminPassword, role: "admin" }, by)
  if (added.kind !== "added") throw new Error(`no admin: ${added.kind}`)
  return all
}

export const signInAsAda = (client: Client): Promise<Response> =>
  client.post("/sign-in", { name: "ada", password: adminPassword })

async function world(home: string, over: Partial<AccountsNeeds>, dispose: () => Promise<void>): Promise<AccountsWorld> {
  const clock = testClock()
  const { background, settled } = awaitedBackground()
  const events = createEvents<AccountNews>(silentLog)
  const news: AccountsWorld["news"] = []
  for (const name of ["login.ended", "user.changed"] as const) events.on(name, ({ user }) => news.push({ name, user }))
  let workspace = "workshop"
  const activated: UserName[] = []
  const { argon2, calls } = countedArgon2()
  const secure = over.secure ?? false
  const accounts = await createAccounts({
    disk: createDisk(),
    home,
    clock,
    ids: systemIds,
    background,
    events,
    secure,
    exposed: false,
    commonPasswords: await Bun.file(join(import.meta.dir, "../../templates/common-passwords.txt")).text(),
    contextWords: () => [workspace],
    async nameWorkspace(name) {
      workspace = name
    },
    async onActivated(user) {
      activated.push(user)
    },
    document: plainDocument(clock, () => workspace),
    argon2,
    ...over,
  })
  const root = () => rootFor(accounts, { clock, secure })
  const app = root().use(accounts.routes({ showProblem }))
  return {
    accounts,
    clock,
    events,
    home,
    hashCalls: calls,
    news,
    activated,
    settled,
    workspaceName: () => workspace,
    root,
    browser: (headers) => testClient(app, { headers, ...(secure && { origin: "https://loopat.example" }) }),
    restart: (again = {}) => world(home, { ...over, ...again }, async () => {}),
    async [Symbol.asyncDispose]() {
      await settled()
      await dispose()
    },
  }
}

export const showProblem: ShowProblem = (problem) =>
  new Response(problem.code, { status: problem.status, headers: problemHeaders(problem) })

function rootFor({ whois, entrance }: Accounts, { clock, secure }: { clock: TestClock; secure: boolean }) {
  const publicUrl = secure ? "https://loopat.example" : undefined
  return createRoot({
    publicRoutes,
    ownOrigin: createOwnOrigin({ publicUrl, listensOnLoopback: true, tls: false }),
    clientAddress: createClientAddress([]),
    whois,
    entrance,
    showProblem,
    headers: securityHeaders({ https: secure }),
    clock,
    ids: systemIds,
    log: silentLog,
  })
}

/** Work that nobody awaits, but a test can. */
function awaitedBackground(): { background: Background; settled: () => Promise<void> } {
  const pending: Promise<unknown>[] = []
  const settled = async () => {
    await Promise.all(pending.splice(0))
  }
  const run: Background["run"] = (_, work) => void pending.push(work(new AbortController().signal))
  return { background: { run, [Symbol.asyncDispose]: settled }, settled }
}

const plainDocument =
  (clock: TestClock, workspace: () => string): AccountsNeeds["document"] =>
  ({ locale, theme, formToken }, title) => ({
    reader: { locale, now: clock.now() },
    assets: { script: "app.js", style: "app.css", icon: "icon.svg" },
    workspace: workspace(),
    theme,
    title,
    formToken,
  })

/** The real algorithm at its lowest cost. */
function countedArgon2() {
  const calls: string[] = []
  const cheap = createArgon2({ memoryKiB: 8, passes: 1 }, systemIds)
  const argon2: typeof cheap = {
    ...cheap,
    hash(password) {
      calls.push("hash")
      return cheap.hash(password)
    },
    verify(password, phc) {
      calls.push("verify")
      return cheap.verify(password, phc)
    },
  }
  return { argon2, calls }
}
