import { expect, test } from "bun:test"
import { parseLoopId } from "./ids.ts"
import { type LoopOrigin, originFields, parseOrigin } from "./loop-origin.ts"
import { urls } from "./urls.ts"

const loop = parseLoopId("7b0c3ab2-11f5-4d0c-9d63-0f2f4f1d6e21")

test("every origin comes back from the address that names it", () => {
  if (!loop) throw new Error("no id")
  const all: LoopOrigin[] = [
    { kind: "edit", shelf: "knowledge", path: "how/to build & ship.md" },
    { kind: "edit", shelf: "personal", path: "caf\udce9.md" },
    { kind: "distill", shelf: "notes", path: "a?b#c.md" },
    { kind: "distill", loop },
    { kind: "merge", shelf: "knowledge", branch: "propose/bob/new-words" },
    { kind: "merge", shelf: "notes" },
    { kind: "resolve", held: "0123456789abcdef" },
    { kind: "cross-loop" },
  ]
  for (const origin of all) {
    const address = new URL(urls.newLoopFrom(origin), "http://loopat.example")
    expect(address.pathname).toBe("/loops/new")
    expect(parseOrigin(Object.fromEntries(address.searchParams))).toEqual(origin)
    expect(parseOrigin(originFields(origin))).toEqual(origin)
  }
})

test("what is incomplete, unknown or no name of its kind is no origin", () => {
  const wrong: Record<string, unknown>[] = [
    {},
    { from: "" },
    { from: "fork" },
    { from: ["edit"] },
    { from: "edit", shelf: "knowledge" },
    { from: "edit", shelf: "code", path: "a.md" },
    { from: "edit", shelf: "knowledge", path: "" },
    { from: "edit", shelf: "knowledge", path: "../../etc/passwd" },
    { from: "distill", loop: "no-id" },
    { from: "distill" },
    { from: "merge" },
    { from: "merge", shelf: "knowledge", branch: "main" },
    { from: "merge", shelf: "knowledge", branch: "loop/x; rm -rf /" },
    { from: "merge", shelf: "knowledge", branch: "loop/../main" },
    { from: "merge", shelf: "knowledge", branch: "loop/--upload-pack=x y" },
    { from: "resolve", held: "../x" },
    { from: "resolve" },
  ]
  for (const given of wrong) expect([given, parseOrigin(given)]).toEqual([given, undefined])
})
