import { expect, test } from "bun:test"
import { renderAnsi } from "../src/lib/ansi.ts"
import { diffLines } from "../src/lib/diff.ts"
import { renderMarkdown } from "../src/lib/markdown.ts"
import { readHtml } from "../src/testing/html.ts"
import { dangers, xss } from "../src/testing/xss.ts"
import { asks, items, loopPage } from "../src/tools/gallery/conversation.ts"
import { frame, loopsList, newLoop, type Setting } from "../src/tools/gallery/samples.ts"
import { gallery } from "../src/tools/gallery/pages.tsx"
import { Toast } from "./components/toast.tsx"
import { DeleteLoopPage } from "./pages/delete-loop.tsx"
import { ErrorPage } from "./pages/error.tsx"
import { LoopPage } from "./pages/loop.tsx"
import { LoopsPage } from "./pages/loops.tsx"
import { NewLoopPage } from "./pages/new-loop.tsx"
import { ProviderFormPage } from "./pages/provider-form.tsx"
import { ProvidersPage } from "./pages/providers.tsx"
import { SetUpPage } from "./pages/set-up.tsx"
import { SignInPage } from "./pages/sign-in.tsx"
import type { ToolBody } from "./props/conversation.ts"
import type { ProviderRowView } from "./props/settings.ts"

const setting: Setting = { locale: "en", theme: "light", assets: { script: "/s", style: "/c", icon: "/i" } }
/** What every page has by right. */
const own = ["head", "meta", "title", "link", "script"]
const more: Record<string, string[]> = { preview: ["iframe"], "context-code-picture": ["img"] }

/** Puts a text into every string of a value except the ones a program reads, whose keys are listed. */
function spoil<T>(value: T, text: string): T {
  const kept =
    /^(kind|status|state|level|locale|theme|source|key|auth|group|show|outcome|decision|what|visibility|mode|action|assets|reader|section|streamUrl|moreUrl|earlierUrl|html|tail|output|plan)$/
  const change = (one: unknown, key: string): unknown => {
    if (kept.test(key) || typeof one === "number" || typeof one === "boolean" || one === undefined) return one
    if (typeof one === "string") return text
    if (Array.isArray(one)) return one.map((part) => change(part, ""))
    if (typeof one === "object" && one !== null && Object.getPrototypeOf(one) === Object.prototype)
      return Object.fromEntries(Object.entries(one).map(([name, part]) => [name, change(part, name)]))
    return one
  }
  return change(value, "") as T
}

test("the spoiling reaches what a page shows", () => {
  expect(String(<LoopsPage page={spoil(loopsList(setting), "SPOILED")} />).split("SPOILED").length).toBeGreaterThan(40)
})

test("no outside text on any page becomes markup, an attribute or an address", () => {
  for (const text of xss) {
    for (const [name, page] of Object.entries(spoiledPages(text))) {
      const about = { name, text }
      expect({ ...about, dangers: dangers(String(page), own) }).toEqual({ ...about, dangers: [] })
    }
    expect(dangers(String(<Toast text={text} reader={frame(setting).reader} />), ["hx-partial"])).toEqual([])
  }
})

function spoiledPages(text: string) {
  const base = spoil(frame(setting), text)
  const form = { ...spoil(newLoop(setting), text), reader: base.reader }
  const errors = { form: text, name: text, address: text, message: text, title: text }
  const gone = { loop: { id: text, title: text }, hasWork: true, days: 14, errors, typed: text }
  const lost = {
    uncommitted: [text],
    unpushed: [text],
    more: 1,
    unseen: true,
    loose: false,
    suspects: [{ path: text, what: text }],
  }
  const report = [{ ...lost, checkout: text }]
  const kept = { why: "not-pushed" as const, said: text }
  const saved = [{ checkout: text, branches: [text], kept }]
  return {
    loops: <LoopsPage page={spoil(loopsList(setting), text)} />,
    loop: <LoopPage page={spoil({ ...loopPage(setting), items: [] }, text)} />,
    "new loop": <NewLoopPage page={{ ...base, form: { ...form, errors } }} />,
    delete: <DeleteLoopPage page={{ ...base, ...gone, report, saved }} />,
    "sign in": <SignInPage page={{ ...base, name: text, next: text, errors, notice: text }} />,
    "set up": <SetUpPage page={{ ...base, values: { workspace: text, name: text }, needsToken: true, errors }} />,
    error: <ErrorPage page={{ ...base, status: 500, signedIn: true, requestId: text, detail: text, sentence: text }} />,
    ...spoiledProviders(text, errors),
  }
}

function spoiledProviders(text: string, errors: Record<string, string>) {
  const base = spoil(frame(setting), text)
  const named = { source: "personal", name: text, address: text, enabled: true, isDefault: true } as const
  const test = { ok: false, sentence: text, detail: text } as const
  const row: ProviderRowView = { ...named, key: "set", models: [text], editable: true, test }
  const values = { ...named, auth: "bearer", models: text } as const
  const list = { providers: [row], presets: [], mayEditWorkspace: true, notice: text }
  const form = { presets: [{ id: text, label: text }], values, keySet: true, errors, mayEditWorkspace: true }
  return {
    providers: <ProvidersPage page={{ ...base, ...list }} />,
    provider: <ProviderFormPage page={{ ...base, ...form }} />,
  }
}

test("nothing that a person, the agent or a tool says becomes markup in the conversation", () => {
  for (const text of xss) {
    const bodies: ToolBody[] = [
      { kind: "command", command: text, description: text, output: renderAnsi(text) },
      { kind: "edit", path: text, ...diffLines(`a\n${text}`, `b\n${text}\n${text}`) },
      { kind: "write", path: text, content: text, lines: 1 },
      { kind: "read", path: text, range: text, result: text },
      { kind: "search", pattern: text, path: text, result: text },
      { kind: "todos", todos: [{ text, state: "done" }] },
      { kind: "agent", description: text, prompt: text, result: renderMarkdown(text) },
      { kind: "other", headline: text, input: text, result: text },
    ]
    const spoiled = [
      ...spoil([...items("en"), ...asks("en")], text).map((item) => ({
        ...item,
        id: item.id.length > 0 ? "item-1" : "",
      })),
      ...bodies.map((body) => ({
        kind: "tool" as const,
        id: "item-2",
        tool: text,
        state: "failed" as const,
        body,
        error: text,
      })),
      {
        ...{ kind: "shell" as const, id: "item-5", seq: 5, by: text, at: 0, clientId: text, command: text },
        ...{ output: renderAnsi(text), end: renderAnsi(text), leftOut: text, outcome: text, failure: text },
        ...{ ok: false, agentSees: true },
      },
      {
        kind: "agent-text" as const,
        id: "item-3",
        html: renderMarkdown(text),
        tail: renderMarkdown(text),
        streaming: true,
      },
      {
        kind: "plan" as const,
        id: "item-4",
        loop: text,
        ask: text,
        mayAnswer: true,
        at: 0,
        plan: renderMarkdown(text),
      },
    ]
    const page = String(<LoopPage page={{ ...loopPage(setting), items: spoiled }} />)
    expect({ text, dangers: dangers(page, own) }).toEqual({ text, dangers: [] })
  }
})

test("the one frame of the program is led to a preview's own host name, and may neither leave it nor steer the window", () => {
  const frame = readHtml(String(gallery["preview"]?.(setting) ?? "")).one("iframe")
  expect(frame.attributes["src"]).toBeUndefined()
  expect(frame.attributes["sandbox"]).toBe("allow-scripts allow-forms allow-same-origin allow-popups allow-downloads")
})

test("no page has inline script, inline style or a handler attribute", () => {
  for (const [name, page] of Object.entries(gallery)) {
    const markup = String(page(setting))
    expect({ name, found: dangers(markup, [...own, ...(more[name] ?? [])]) }).toEqual({ name, found: [] })
    expect(markup).not.toMatch(/<script(?![^>]* src=)/)
    // A page on a preview's own host name has none of ours.
    const scripts = name === "preview-outside" ? 0 : 1
    expect({ name, scripts: markup.match(/<script/g)?.length ?? 0 }).toEqual({ name, scripts })
  }
})
