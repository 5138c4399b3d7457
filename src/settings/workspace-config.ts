import { z } from "zod"
import { parseRepoName, parseWorkspaceId } from "../lib/ids.ts"
import { parsed } from "../lib/parsed.ts"

/** A text such as `30m`, `12h`, `14d`: milliseconds once parsed. */
const duration = (text: string) =>
  z
    .string()
    .regex(/^\d{1,6}(ms|s|m|h|d)$/, "a duration such as 30m, 12h or 14d")
    .default(text)
const size = (text: string) =>
  z
    .string()
    .regex(/^\d{1,6}[kmgt]?$/i, "a size such as 512m or 4g")
    .default(text)
const count = (value: number) => z.number().int().nonnegative().default(value)

const Sandbox = z.looseObject({
  baseImage: z.string().min(1).default("auto"),
  prebuilt: z.string().default(""),
  network: z
    .looseObject({
      mode: z.enum(["open", "allow-list", "gateway-only"]).default("open"),
      allowHosts: z.array(z.string()).default([]),
      blockRanges: z.array(z.string()).default([]),
      /** Drivers may let their own loop reach further hosts. */
      driversMayAllow: z.boolean().default(false),
    })
    .prefault({}),
  limits: z
    .looseObject({
      cpus: z.number().positive().default(2),
      memory: size("4g"),
      pids: count(2048),
      openFiles: count(65_536),
      tmp: size("1g"),
      disk: size("20g"),
    })
    .prefault({}),
  limitsMax: z.looseObject({ cpus: z.number().positive().optional(), memory: z.string().optional() }).optional(),
  /** Absent: by this host's memory. */
  maxRunning: z.number().int().positive().optional(),
  idle: z
    .looseObject({
      agent: duration("5m"),
      agentViewed: duration("30m"),
      container: duration("30m"),
      background: duration("12h"),
    })
    .prefault({}),
  hardening: z.enum(["standard", "strict"]).default("standard"),
  nested: z.enum(["off", "admin", "everyone"]).default("off"),
  mounts: z.array(z.looseObject({ src: z.string(), dst: z.string(), rw: z.boolean().optional() })).default([]),
  mise: z.looseObject({ url: z.string() }).optional(),
  runtime: z.string().default(""),
})

/** `gated`: what comes to the main branch is reviewed first. */
const contextRules = (gated: boolean) =>
  z
    .looseObject({
      remote: z.string().optional(),
      credential: z.string().optional(),
      gated: z.boolean().default(gated),
      reviewers: z.enum(["members", "others", "admins"]).default("members"),
      review: z.enum(["here", "outside"]).default("here"),
    })
    .prefault({})

/** `config.json`, format description B1 and the sandbox's table. Everything but `id` has a default; unknown keys stay. */
export const WorkspaceConfig = z.looseObject({
  version: z.literal(1),
  id: parsed(parseWorkspaceId, "workspace id"),
  name: z.string().min(1).max(80),
  publicUrl: z.string().optional(),
  trustedProxies: z.array(z.string()).default([]),
  context: z
    .looseObject({ knowledge: contextRules(true), notes: contextRules(false) })
    .prefault({ knowledge: {}, notes: {} }),
  repos: z
    .array(
      z.looseObject({
        name: parsed(parseRepoName, "repository name"),
        /** Empty of one that is hosted here. */
        git: z.string().default(""),
        access: z.enum(["mirrored", "direct", "hosted"]).default("mirrored"),
        /** Of a hosted one: only administrators move its trunk. */
        protected: z.boolean().optional(),
        credential: z.string().optional(),
        projectSettings: z.boolean().default(false),
        addedBy: z.string().optional(),
      }),
    )
    .default([]),
  providers: z.record(z.string(), z.unknown()).default({}),
  defaultModel: z.string().default(""),
  providerHosts: z.array(z.string()).default([]),
  gitHost: z.record(z.string(), z.unknown()).optional(),
  sandbox: Sandbox.prefault({}),
  limits: z
    .looseObject({
      loopsPerUser: count(1000),
      runningPerUser: z.number().int().positive().optional(),
      queuePerLoop: count(20),
    })
    .prefault({}),
  agent: z
    .looseObject({
      permissionMode: z
        .enum(["default", "acceptEdits", "plan", "bypassPermissions", "dontAsk", "auto"])
        .default("bypassPermissions"),
      visibility: z.enum(["private", "workspace"]).default("workspace"),
      demo: z.boolean().default(true),
      /** Untitled loops get a title from the model after their first turn. */
      autoName: z.boolean().default(true),
    })
    .prefault({}),
  /** `links`: shares may be opened by a secret link. */
  previews: z.looseObject({ links: z.boolean().default(true) }).prefault({}),
  budgets: z.record(z.string(), z.unknown()).optional(),
  retention: z.looseObject({ deletedLoops: duration("14d"), auditMonths: count(13) }).prefault({}),
  accounts: z.looseObject({ registration: z.enum(["approve", "invite", "closed"]).default("approve") }).prefault({}),
  presets: z.unknown().optional(),
})
export type WorkspaceConfig = z.infer<typeof WorkspaceConfig>

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration that the schema accepted. */
export function durationMs(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)([a-z]+)$/.exec(text) ?? []
  return Number(number) * (units[unit] ?? 0)
}

/** Settings this program does not know, with the nearest one it does: most of them are slips of the pen. */
export function unknownKeys(value: unknown): string[] {
  return unknownIn(WorkspaceConfig, value, "")
}

function unknownIn(schema: z.ZodType, value: unknown, prefix: string): string[] {
  const object = unwrap(schema)
  if (!(object instanceof z.ZodObject) || typeof value !== "object" || value === null) return []
  const known: Record<string, z.ZodType> = object.shape
  return Object.entries(value).flatMap(([key, inner]) => {
    const child = known[key]
    if (child) return unknownIn(child, inner, `${prefix}${key}.`)
    const close = nearest(key, Object.keys(known))
    return [`${prefix}${key} is not a setting${close ? `; did you mean ${prefix}${close}?` : ""}`]
  })
}

function unwrap(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap() as z.ZodType)
  }
  return schema
}

/** The known name that needs the fewest changes, if it is close at all. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) }))
  const best = ranked.sort((a, b) => a.steps - b.steps)[0]
  return best && best.steps <= Math.max(2, Math.floor(name.length / 3)) ? best.candidate : undefined
}

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const [left = 0, up = 0, corner = 0] = [next[j], row[j + 1], row[j]]
      next.push(Math.min(left + 1, up + 1, corner + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
