import { z } from "zod"
import { parseLoopId, parseProviderName, parseRepoName, parseUserName, parseVaultName } from "../lib/ids.ts"
import { parsed } from "../lib/parsed.ts"

const user = parsed(parseUserName, "user name")
const time = z.iso.datetime()

/** Where a loop is in its life. Whether its agent works is not part of this. */
export const LoopState = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("preparing"),
    since: time,
    step: z.string(),
    /** The steps so far and when each began; the last one is `step`. */
    steps: z.array(z.looseObject({ step: z.string(), at: time })).optional(),
  }),
  z.looseObject({
    kind: z.literal("broken"),
    reason: z.string(),
    sentence: z.string(),
    at: time,
    /** What an unknown host of a repository showed of itself. */
    hostKey: z.looseObject({ host: z.string(), fingerprint: z.string() }).optional(),
  }),
  z.looseObject({ kind: z.literal("driven") }),
  z.looseObject({
    kind: z.literal("offered"),
    by: user,
    to: user.optional(),
    since: time,
    note: z.string().optional(),
  }),
  z.looseObject({
    kind: z.literal("archived"),
    at: time,
    by: user,
    was: z.enum(["preparing", "broken", "driven", "offered"]),
    /** The whole state that a restore goes back to. */
    before: z.unknown().optional(),
  }),
  z.looseObject({
    kind: z.literal("deleted"),
    at: time,
    by: user,
    purgeAt: time,
    was: z.enum(["preparing", "broken", "driven", "offered", "archived"]),
    before: z.unknown().optional(),
  }),
])
export type LoopState = z.infer<typeof LoopState>

const PermissionMode = z.enum(["default", "acceptEdits", "plan", "bypassPermissions", "dontAsk", "auto"])

/** `loops/<uuid>/meta.json`, format description B3. Unknown keys survive every write. */
export const LoopRecord = z.looseObject({
  version: z.literal(1),
  id: parsed(parseLoopId, "loop id"),
  kind: z.enum(["work", "distill", "chat", "card", "edit", "merge", "resolve", "fork", "cross-loop", "onboarding"]),
  /** What it was made from; which fields there are depends on `kind`. */
  origin: z
    .looseObject({
      kind: z.string(),
      shelf: z.string().optional(),
      path: z.string().optional(),
      loop: z.string().optional(),
      branch: z.string().optional(),
      held: z.string().optional(),
    })
    .optional(),
  title: z.string(),
  titleBy: z.enum(["default", "auto", "person"]),
  createdAt: time,
  createdBy: user,
  driver: user,
  drivers: z.array(z.looseObject({ user, from: time, to: time.optional() })),
  state: LoopState,
  visibility: z.enum(["private", "workspace", "public"]),
  repo: z
    .looseObject({
      name: parsed(parseRepoName, "repository name"),
      ref: z.string(),
      branch: z.string(),
      start: z.string().optional(),
      /** Cloned inside with its driver's own credentials: the server has nothing of it. */
      direct: z.literal(true).optional(),
    })
    .optional(),
  /** Which version of each context it was to begin with: `latest`, `cached`, a tag or a commit. */
  freshness: z
    .looseObject({
      knowledge: z.string().optional(),
      notes: z.string().optional(),
      personal: z.string().optional(),
    })
    .optional(),
  /** Full ids of the commits that it began with. `personal` is the driver's. */
  versions: z
    .looseObject({
      knowledge: z.string().optional(),
      notes: z.string().optional(),
      personal: z.string().optional(),
      repo: z.string().optional(),
    })
    .optional(),
  /** What its driver has brought a context to since. */
  pulled: z.looseObject({ knowledge: z.string().optional(), notes: z.string().optional() }).optional(),
  profiles: z.array(z.string()),
  vault: parsed(parseVaultName, "vault name"),
  network: z.enum(["open", "allow-list", "gateway-only"]),
  /** Its driver wants it harder than the workspace's usual sandbox. */
  hardening: z.literal("strict").optional(),
  /** What its driver asked for instead of the workspace's usual limits; memory such as `8g`. */
  limits: z.looseObject({ cpus: z.number().positive().optional(), memory: z.string().optional() }).optional(),
  /** Hosts that its drivers have let it reach, besides the workspace's. */
  allowHosts: z.array(z.looseObject({ host: z.string(), by: z.string(), at: time })).optional(),
  flags: z.looseObject({ crossLoop: z.boolean(), nested: z.boolean() }),
  choice: z
    .looseObject({
      source: z.enum(["personal", "workspace", "builtin"]),
      provider: parsed(parseProviderName, "provider name"),
      model: z.string(),
    })
    .optional(),
  permissionMode: PermissionMode,
  rules: z.array(z.looseObject({ tool: z.string(), pattern: z.string(), by: user, at: time })),
  thinking: z.string(),
  /** What its agent is configured with: a copy, made for this driver. `entries` are the names in it. */
  snapshot: z
    .looseObject({ at: time, driver: user, hash: z.string(), tiers: z.array(z.string()), entries: z.array(z.string()) })
    .optional(),
  warnings: z.array(z.looseObject({ about: z.string(), code: z.string(), text: z.string(), at: time })),
  /** Id of the agent's conversation, written before the agent first hears of it. */
  agentSession: z.uuid().optional(),
  /** The request that made this loop: the same one twice gives the first loop back. */
  clientId: z.string().optional(),
})
export type LoopRecord = z.infer<typeof LoopRecord>
