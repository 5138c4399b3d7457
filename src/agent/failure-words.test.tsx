import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { renderMarkdown } from "../lib/markdown.ts"
import { ConversationEntry } from "../../views/components/conversation.tsx"
import { Stage } from "../../views/components/stage.tsx"
import type { Failure as GatewayFailure } from "../gateway/index.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { LoopId } from "../lib/ids.ts"
import { pagePaths } from "../lib/page-paths.ts"
import { readHtml } from "../testing/html.ts"
import type { StartFailed } from "../sandbox/index.ts"
import { itemOf } from "./present.ts"
import type { Failure } from "./turn.ts"

const loop = "11111111-1111-4111-8111-111111111111" as LoopId
const languages: Locale[] = ["en", "zh"]

type Button = "again" | "settings"
interface Case {
  failed: Failure
  buttons: Button[]
}

const retry = (reason: string): Case => ({
  failed: { reason, sentence: fallback, action: "retry" },
  buttons: ["again"],
})
const goOn = (reason: string): Case => ({
  failed: { reason, sentence: fallback, action: "continue" },
  buttons: ["again"],
})
const mend = (reason: string): Case => ({
  failed: { reason, sentence: fallback, action: "settings" },
  buttons: ["settings", "again"],
})
const refused = (kind: GatewayFailure["kind"], buttons: Button[]): Case => ({
  failed: {
    ...{ reason: `gateway-${kind}`, sentence: fallback, action: buttons.length > 1 ? "settings" : "continue" },
    refused: { kind, provider: "Acme", model: "m-1", status: 500, at: 0, detail: "no" },
  },
  buttons,
})
const fallback = "Words that only the log should have."

const ofSandboxes: Record<StartFailed["reason"], Case> = {
  "podman-missing": retry("podman-missing"),
  "podman-broken": retry("podman-broken"),
  "podman-old": retry("podman-old"),
  "ids-missing": retry("ids-missing"),
  "no-user-network": retry("no-user-network"),
  "no-tunnel": retry("no-tunnel"),
  "path-long": retry("path-long"),
  "image-missing": retry("image-missing"),
  "agent-missing": retry("agent-missing"),
  "no-space": retry("no-space"),
  "no-memory": retry("no-memory"),
  "start-failed": retry("start-failed"),
  "link-failed": retry("link-failed"),
  "link-version": retry("link-version"),
  stopped: retry("stopped"),
}
const ofModels: Record<GatewayFailure["kind"], Case> = {
  "no-provider": refused("no-provider", ["settings", "again"]),
  "key-refused": refused("key-refused", ["settings", "again"]),
  model: refused("model", ["settings", "again"]),
  limit: refused("limit", ["settings", "again"]),
  credit: refused("credit", ["settings", "again"]),
  overloaded: refused("overloaded", ["again"]),
  broken: refused("broken", ["again"]),
  request: refused("request", ["settings", "again"]),
  network: refused("network", ["settings", "again"]),
  tls: refused("tls", ["settings", "again"]),
  silent: refused("silent", ["again"]),
  address: refused("address", ["settings", "again"]),
}
const ofAgents = [
  ...["agent-ended", "agent-error", "agent-flood", "server-restarted", "sandbox-outdated", "limit"].map(goOn),
  ...["not-prepared", "agent-start", "loop-disk-full"].map(retry),
  ...["model-limit", "model-credit", "model-request", "model-unreachable"].map(goOn),
  ...["no-provider", "model-key", "model-model"].map(mend),
]
const cases = [...Object.values(ofSandboxes), ...Object.values(ofModels), ...ofAgents]

const card = ({ failed }: Case, locale: Locale, drives = true) => {
  const line = { kind: "turn-failed", seq: 1, at: "2026-01-15T12:00:00.000Z", turn: null, ...failed } as const
  const item = itemOf(
    { kind: "failure", id: "item-1", seq: 1, failed: line },
    { loop, locale, drives, markdown: renderMarkdown },
  )
  if (item?.kind !== "failure") throw new Error("a failure is shown as one")
  return readHtml(String(<ConversationEntry item={item} reader={{ locale, now: 0 }} />))
}

test("every failure says what happened, that nothing is lost, and has the button that helps, in both languages", () => {
  for (const each of cases) {
    const sentences = languages.map((locale) => {
      const shown = card(each, locale)
      const text = shown.one("section").text
      expect({ reason: each.failed.reason, says: text }).toEqual({
        reason: each.failed.reason,
        says: expect.stringMatching(locale === "en" ? /\bkept\b|Nothing is lost/ : /保留|没有丢失/),
      })
      expect(text).not.toContain(fallback)
      const buttons = [
        ...shown
          .all("a.button")
          .map(({ attributes }) => (pagePaths.includes(attributes["href"] ?? "") ? "settings" : "")),
        ...shown.all("form button").map(() => "again"),
      ]
      expect({ reason: each.failed.reason, buttons }).toEqual({ reason: each.failed.reason, buttons: each.buttons })
      expect(shown.all(".primary").length).toBe(1)
      expect(shown.one("form").attributes["action"]).toBe(`/loops/${loop}/continue`)
      return text
    })
    expect(new Set(sentences).size).toBe(2)
  }
  console.log(`${cases.length} failures looked at in ${languages.length} languages`)
})

test("who only reads along sees what happened and no button", () => {
  for (const each of cases) {
    const shown = card(each, "en", false)
    expect([shown.all("button").length, shown.all("a").length]).toEqual([0, 0])
    expect(shown.one(".failure-sentence").text.length).toBeGreaterThan(20)
  }
})

test("no reason is written by the agent's or the sandbox's code that this table does not have", async () => {
  // An agent that a person stopped ends its turn as stopped: this reason is never shown.
  const known = new Set(["interrupted", ...cases.map(({ failed }) => failed.reason)])
  const written: string[] = []
  for (const folder of [import.meta.dir, join(import.meta.dir, "../sandbox")]) {
    for (const file of await readdir(folder)) {
      if (!/\.tsx?$/.test(file) || /\.test\.tsx?$/.test(file)) continue
      const source = await Bun.file(join(folder, file)).text()
      written.push(...[...source.matchAll(/\breason: "([a-z-]+)"/g)].map(([, reason = ""]) => reason))
    }
  }
  expect(written.length).toBeGreaterThan(10)
  expect(written.filter((reason) => !known.has(reason))).toEqual([])
})

test("a loop that could not be prepared keeps its messages and offers to try again or to delete it", () => {
  for (const locale of languages) {
    const broken = { loop, sentence: "S.", detail: "fatal: gone", mayRetry: true, mayDelete: true }
    const shown = readHtml(String(<Stage broken={broken} empty={false} reader={{ locale, now: 0 }} />))
    expect(shown.one("form").attributes["action"]).toBe(`/loops/${loop}/prepare`)
    expect(shown.one("a.button").attributes["href"]).toBe(`/loops/${loop}/delete`)
    expect(shown.one("pre").text).toBe("fatal: gone")
    expect(shown.one("section").text).toMatch(locale === "en" ? /kept/ : /保留/)
  }
})
