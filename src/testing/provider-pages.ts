import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { Elysia } from "elysia"
import { createProviderPages, type ProviderDeed, type ProviderPageNeeds } from "../gateway/index.ts"
import { parseUserName } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { type SignedIn, userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import { silentLog } from "../platform/log.ts"
import { createSettings } from "../settings/index.ts"
import { createVault } from "../vault/index.ts"
import { knownVisitors } from "./known-visitors.ts"
import { testClock, testIds } from "./clock.ts"
import { presetsText } from "./gateway.ts"
import { tempFolder } from "./temp-folder.ts"

function person(text: string, role: SignedIn["role"]): SignedIn {
  const name = parseUserName(text)
  if (!name) throw new Error(`${text} is no user name`)
  return { name, displayName: text, role, login: `login-${text}` }
}

export const admin = person("ada", "admin")
export const member = person("ben", "member")

/** The provider pages whole, over real files; who asks is said by the test instead of by a login. */
export async function providerPages(over: Partial<ProviderPageNeeds> = {}) {
  const folder = await tempFolder()
  const home = folder.path
  const disk = createDisk()
  const clock = testClock()
  const opened = await createSettings({ disk, home, ids: testIds(), log: silentLog, presets: presetsText })
  if (opened.kind !== "opened") throw new Error(opened.kind)
  const { settings } = opened
  const vault = createVault({ disk, home, settings })
  const deeds: ProviderDeed[] = []
  const document = (visitor: Visitor, title: string) => ({
    reader: { locale: visitor.locale, now: clock.now() },
    theme: "system" as const,
    assets: { script: "/app.js", style: "/app.css", icon: "/icon.svg" },
    workspace: "test",
    title,
  })
  const pages = createProviderPages({
    ...{ settings, vault, clock, document },
    audit: async (deed) => void deeds.push(deed),
    frame: (request, about) => ({
      ...document(visitorOf(request), about.title),
      ...about,
      user: { name: userOf(request).name, displayName: "", admin: userOf(request).role === "admin" },
      needsYou: 0,
    }),
    showProblem: ({ status, code }) => new Response(code, { status }),
    ...over,
  })
  const visitors = knownVisitors()
  const app = new Elysia({ systemRouter: false }).onRequest(({ request }) => visitors.admit(request)).use(pages)
  return {
    ...{ home, settings, vault, deeds },
    as(user: SignedIn, headers: Record<string, string> = {}) {
      return visitors.as(app, user, headers)
    },
    read: (path: string) => readFile(join(home, path), "utf8"),
    list: (path: string) => readdir(join(home, path)).catch(() => []),
    personal: async (user: SignedIn): Promise<Record<string, Record<string, unknown>>> =>
      JSON.parse(await readFile(join(home, "personal", user.name, ".loopat/config.json"), "utf8")).providers,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

export const anthropicForm = {
  ...{ source: "personal", name: "Anthropic", address: "https://api.anthropic.com", auth: "x-api-key" },
  ...{ models: "claude-sonnet-5-5\nclaude-opus-5-5", enabled: "yes", default: "yes" },
}
