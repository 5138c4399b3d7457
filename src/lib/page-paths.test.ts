import { expect, test } from "bun:test"
import { contextUrls } from "./context-urls.ts"
import { parseNext } from "./page-paths.ts"

const id = "3f0c1d2e-5a6b-4c7d-8e9f-000000000001"

test("after signing in one gets to a page of ours and nowhere else", () => {
  const check = (next: unknown, goes: boolean) =>
    expect({ next, goes: parseNext(next) !== undefined }).toEqual({ next, goes })
  check("/", true)
  check("/loops", true)
  check("/loops?show=all&q=a+b", true)
  check(`/loops/${id}`, true)
  check("/settings/providers", true)
  check(contextUrls.shelf("notes", { path: "税/a b.md", view: "history" }), true)
  check("/context/notes/save", false)
  check(`/loops/${id}/events`, false)
  check("/sign-out", false)
  check("//evil.example", false)
  check("/\\evil.example", false)
  check("https://evil.example", false)
  check("/loops/../sign-out", false)
  check("/loops?x=\r\nset-cookie:a", false)
  check("/loops\n", false)
  check(["/loops"], false)
  check(undefined, false)
  check(`/loops?q=${"a".repeat(600)}`, false)
})
