import { expect, test } from "bun:test"
import { ConversationEntry } from "../../views/components/conversation.tsx"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import type { KnownEvent } from "../loops/index.ts"
import { readHtml } from "../testing/html.ts"
import { foldEvent, newFold } from "./fold.ts"
import { itemOf } from "./present.ts"

const loop = "11111111-1111-4111-8111-111111111111" as LoopId
const place = { seq: 7, at: "2026-01-15T12:00:00.000Z", turn: null }

function shown(drives: boolean, mayAllowHosts: boolean, locale: "en" | "zh" = "en") {
  const places = [
    { host: "pypi.org", port: 443, program: "pip", times: 3, why: "name" },
    { host: "fd00::1", port: 8080, program: "", times: 1, why: "name" },
    { host: "inner.example.org", port: 80, program: "curl", times: 1, why: "address" },
  ] as const
  const event: KnownEvent = { kind: "network-refused", ...place, places: [...places], more: 2 }
  const [patch] = foldEvent(newFold(), event)
  if (!patch) throw new Error("a refusal is a piece")
  const item = itemOf(patch.piece, { loop, locale, drives, mayAllowHosts, markdown: () => null as never })
  if (!item) throw new Error("a refusal is an item")
  return readHtml(String(<ConversationEntry item={item} reader={{ locale, now: 0 }} />))
}

test("the driver reads what was refused, by whom and how often, and lets a place through with one button", () => {
  const html = shown(true, true)
  expect(html.all("li").map(({ text }) => text)).toEqual([
    "pypi.org:443asked by pip, 3 timesAllow in this loop",
    "[fd00::1]:8080Allow in this loop",
    "inner.example.org:80asked by curl, leads to an address of this machine or its network",
    "and 2 more places",
  ])
  expect(html.all("form").map(({ attributes }) => attributes.action)).toEqual([
    urls.loopHosts(loop),
    urls.loopHosts(loop),
  ])
  expect(html.all("input[name='host']").map(({ attributes }) => attributes.value)).toEqual([
    "pypi.org",
    "[fd00::1]:8080",
  ])
})

test("where drivers may not allow, the driver learns whom to ask; a viewer only reads", () => {
  const asking = shown(true, false)
  expect(asking.all("form")).toEqual([])
  expect(asking.one("p.hint").text).toContain("ask an admin")
  expect(asking.one("pre").text).toBe(
    `Please let loops reach pypi.org:443, [fd00::1]:8080, inner.example.org:80 (Settings → Network). A loop needs it: ${urls.loop(loop)}`,
  )
  const reading = shown(false, true)
  expect(reading.all("form, p.hint, pre")).toEqual([])
  expect(shown(true, false, "zh").one("p.hint").text).toContain("管理员")
})

test("a place that no button lets through is one to ask an admin about, with the words to say it in", () => {
  const html = shown(true, true)
  expect(html.one("[data-ask-admin] p").text).toContain("An admin can list the address itself")
  expect(html.one("pre").text).toContain("inner.example.org:80")
  expect(html.one("pre").text).not.toContain("pypi.org")
})

test("how strict a driver made his loop is a line of the conversation, and a line nobody understands is none", () => {
  const to = { hardening: "strict", network: "gateway-only" }
  const set = { kind: "set", ...place, what: "strictness", to, by: "alice" } as const
  const [patch] = foldEvent(newFold(), set)
  const reading = { loop, locale: "en", drives: false, markdown: () => null as never } as const
  expect(patch && itemOf(patch.piece, reading)).toMatchObject({
    text: "alice chose for this loop: hardening strict, may reach nothing",
  })
  expect(foldEvent(newFold(), { ...set, to: { hardening: "soft" } })).toEqual([])
})

test("who let a loop reach a host is a line of the conversation", () => {
  const set = { kind: "set", ...place, what: "network", to: { allow: "pypi.org" }, by: "alice" } as const
  const [patch] = foldEvent(newFold(), set)
  const reading = { loop, locale: "en", drives: false, markdown: () => null as never } as const
  expect(patch && itemOf(patch.piece, reading)).toMatchObject({ text: "alice lets this loop reach pypi.org" })
})
