import { expect, test } from "bun:test"
import type { LoopRecord } from "../loops/index.ts"
import { type Preset, readProviders } from "../settings/index.ts"
import { must, presetsText } from "../testing/gateway.ts"
import { parseProviderName } from "../lib/ids.ts"
import { candidates, mappedModel, priceOf, type Sources, windowOf } from "./candidates.ts"

const presets: Preset[] = JSON.parse(presetsText).providers
const personal = (map: Record<string, unknown>) => readProviders(map, "personal").providers
const workspace = (map: Record<string, unknown>) => readProviders(map, "workspace").providers

const own = personal({
  a: { models: ["a1", "a2"] },
  off: { models: ["o"], enabled: false },
  b: { models: ["b1"] },
  bare: {},
})
const shared = workspace({ w: { models: ["w1"] }, a: { models: ["wa"] } })

function order(sources: Partial<Sources>): string {
  const found = candidates({ personal: own, workspace: shared, demo: true, ...sources })
  return found
    .map((one) => (one.kind === "demo" ? "demo" : `${one.provider.source[0]}/${one.provider.name}/${one.model.id}`))
    .join(" ")
}
const chosen = (source: "personal" | "workspace" | "builtin", name: string, model: string): LoopRecord["choice"] => ({
  source,
  provider: must(parseProviderName(name)),
  model,
})

test("providers are tried in their order: person's default, workspace's, the person's own, the workspace's", () => {
  expect(order({})).toBe("p/a/a1 p/b/b1 w/w/w1 w/a/wa")
  expect(order({ personalDefault: "b" })).toStartWith("p/b/b1 p/a/a1")
  expect(order({ personalDefault: "a/a2" })).toStartWith("p/a/a2 p/a/a1")
  expect(order({ workspaceDefault: "w/w1" })).toStartWith("w/w/w1 p/a/a1")
  expect(order({ personalDefault: "b", workspaceDefault: "w" })).toStartWith("p/b/b1 w/w/w1 p/a/a1")
})

test("a loop's choice stands alone", () => {
  expect(order({ choice: chosen("personal", "a", "a2") })).toBe("p/a/a2")
  expect(order({ choice: chosen("workspace", "a", "wa") })).toBe("w/a/wa")
  expect(order({ choice: chosen("personal", "gone", "x") })).toBe("")
  expect(order({ choice: chosen("personal", "off", "o") })).toBe("")
  expect(order({ choice: chosen("personal", "a", "unlisted") })).toBe("")
  expect(order({ choice: chosen("builtin", "demo2", "demo") })).toBe("demo")
})

test("a default that names nothing is passed over", () => {
  for (const personalDefault of ["none", "off", "a/unlisted", "", 7, "/", undefined]) {
    expect(order({ personalDefault })).toBe("p/a/a1 p/b/b1 w/w/w1 w/a/wa")
  }
})

test("a person's default may name what everyone uses, or the demo", () => {
  expect(order({ personalDefault: "w" })).toStartWith("w/w/w1 p/a/a1")
  expect(order({ personalDefault: "demo" })).toStartWith("demo p/a/a1")
  expect(order({ personalDefault: "demo", demo: false })).toStartWith("p/a/a1")
})

test("the demo is there while nothing is configured, and not when an admin switched it off", () => {
  expect(order({ personal: [], workspace: [] })).toBe("demo")
  expect(order({ personal: [], workspace: [], demo: false })).toBe("")
  expect(order({ personal: personal({ off: { models: ["o"], enabled: false } }), workspace: [] })).toBe("")
})

test("a model without a window of its own has its provider's, its preset's, or what its name says", () => {
  const check = (entry: Record<string, unknown>, window: number) => {
    const provider = must(personal({ p: entry })[0])
    expect(windowOf(provider, must(provider.models[0]), presets)).toBe(window)
  }
  check({ models: [{ id: "m", maxContextTokens: 10 }], maxContextTokens: 20 }, 10)
  check({ models: ["m"], maxContextTokens: 20 }, 20)
  check({ models: ["m"] }, 200_000)
  check({ models: ["m[1m]"] }, 1_000_000)
  check({ models: ["claude-sonnet-5-5"] }, 200_000)
})

test("a price is the model's, the provider's, else that of the preset with the same address; else unknown", () => {
  const price = { input: 1, output: 2, currency: "EUR" }
  const check = (entry: Record<string, unknown>, model: string) =>
    priceOf(must(personal({ p: entry })[0]), model, presets)
  expect(check({ models: [{ id: "m", price }] }, "m")).toEqual(price)
  expect(check({ models: ["m"], price }, "m")).toEqual(price)
  expect(
    check({ models: ["claude-sonnet-5-5"], baseUrl: "https://api.anthropic.com/v1/" }, "claude-sonnet-5-5"),
  ).toMatchObject({ input: 2 })
  expect(
    check({ models: ["claude-sonnet-5-5"], baseUrl: "https://other.example" }, "claude-sonnet-5-5"),
  ).toBeUndefined()
})

test("the agent's names for models become the provider's", () => {
  const provider = must(
    personal({
      p: { models: [{ id: "big", tier: "opus" }, { id: "mid" }, { id: "off", enabled: false }], haiku_model: "tiny" },
    })[0],
  )
  const [big, mid] = [must(provider.models[0]), must(provider.models[1])]
  const check = (asked: unknown, model: typeof big, expected: string) =>
    expect(mappedModel(asked, provider, model)).toBe(expected)
  check("big", mid, "big")
  check("claude-haiku-4-5", mid, "tiny")
  check("claude-opus-5", mid, "big")
  check("claude-sonnet-5", mid, "mid")
  check("demo", mid, "mid")
  check("off", mid, "mid")
  check(undefined, mid, "mid")
})

test("older forms of an entry are read, and broken ones are named and left out", () => {
  const read = readProviders(
    {
      default: "a",
      a: { model: "only", apiKey: "${A}" },
      b: { apiKey: { vault: "keys/b" }, models: [{ id: "x", tier: "haiku" }] },
      c: { models: "not a list" },
      "no/slash": { models: [] },
      d: 7,
    },
    "personal",
  )
  expect(read.broken).toEqual(["c", "no/slash", "d"])
  expect(read.providers).toMatchObject([
    {
      name: "a",
      baseUrl: "https://api.anthropic.com",
      auth: "x-api-key",
      models: [{ id: "only" }],
      key: { kind: "text", text: "${A}" },
    },
    { name: "b", key: { kind: "vault-file", path: "keys/b" }, tierModels: { haiku: "x" } },
  ])
})
