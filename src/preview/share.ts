import { z } from "zod"
import { isName, parsePath } from "../lib/file-path.ts"
import { type LoopId, type NewId, parseLoopId, parseUserName, type UserName } from "../lib/ids.ts"
import { parsed } from "../lib/parsed.ts"

export const parseShareId = (value: unknown): string | undefined =>
  typeof value === "string" && /^[a-z2-7]{16}$/.test(value) ? value : undefined

export const accesses = ["driver", "workspace", "link"] as const
export type Access = (typeof accesses)[number]

const Target = z.discriminatedUnion("kind", [
  /** A TCP port of the sandbox's own loopback. */
  z.object({ kind: z.literal("port"), port: z.number().int().min(1).max(65_535) }),
  /** A folder of the working folder; the empty text is all of it. */
  z.object({ kind: z.literal("static"), folder: z.string() }),
])
export type Target = z.infer<typeof Target>

export const Share = z.looseObject({
  id: parsed(parseShareId, "share id"),
  loop: parsed(parseLoopId, "loop id"),
  owner: parsed(parseUserName, "user name"),
  alias: z.string().optional(),
  target: Target,
  access: z.enum(accesses),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Counts the secret links it had; only the newest one opens it. */
  link: z.number().int().nonnegative(),
  visits: z.number().int().nonnegative(),
  /** Somebody else's share had its name before: what that one left in browsers is cleared. */
  inherits: z.boolean(),
})
export type Share = z.infer<typeof Share>

export const mostOfLoop = 5
export const mostOfUser = 20
export const usualDays = 7
export const mostDays = 90
export const restDays = 30
export const dayMs = 86_400_000

/** The first part of its host name. */
export const labelOf = ({ alias, id }: Pick<Share, "alias" | "id">): string => alias ?? id

export const isOver = ({ expiresAt }: Pick<Share, "expiresAt">, now: number): boolean => Date.parse(expiresAt) <= now

/** 80 random bits in the alphabet of RFC 4648, section 6, in small letters: what a host name may hold. */
export function newShareId(ids: NewId): string {
  const letters = "abcdefghijklmnopqrstuvwxyz234567"
  const bits = BigInt(`0x${ids.hex(10)}`)
    .toString(2)
    .padStart(80, "0")
  return (bits.match(/.{5}/g) ?? []).map((five) => letters[Number.parseInt(five, 2)]).join("")
}

const aliasPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const reserved: ReadonlySet<string> = new Set("www api app admin static".split(" "))

/** A name that somebody typed. */
export function parseAlias(text: string): { kind: "alias"; alias: string } | { kind: "wrong" | "reserved" } {
  const alias = text.trim().toLowerCase()
  if (!aliasPattern.test(alias)) return { kind: "wrong" }
  return reserved.has(alias) ? { kind: "reserved" } : { kind: "alias", alias }
}

/** The gateway's own port inside answers with the driver's model: it is nothing to be shown to others. */
export function parsePort(text: string, closed: number): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 && port !== closed ? port : undefined
}

/** A folder below the working folder, with no part that is never shown. */
export function parseFolder(text: string): string | undefined {
  const path = parsePath(
    text
      .trim()
      .replace(/^\.?\/+|\/+$/g, "")
      .replace(/^\.$/, ""),
  )
  if (path === undefined || !path.isWellFormed()) return undefined
  return path === "" || path.split("/").every(isShownName) ? path : undefined
}

/** Files and folders whose names begin with a dot stay inside, but for the one that the web has agreed on. */
export const isShownName = (name: string): boolean =>
  isName(name) && (!name.startsWith(".") || name === ".well-known") && name !== "node_modules"

/** Who stands before a share: somebody with a login of this workspace, or with its secret link. */
export type Bearer = { kind: "login"; user: UserName; login: string } | { kind: "link"; link: number }

/** By the share alone; whether a login still counts is asked elsewhere. */
export function mayEnter({ access, owner, link }: Share, bearer: Bearer): boolean {
  if (bearer.kind === "link") return access === "link" && bearer.link === link
  return bearer.user === owner || access === "workspace"
}

/** Whether a loop still is what the share was made of: driven, or offered, by the one who made it. */
export const isStillOf = (
  { loop, owner }: Pick<Share, "loop" | "owner">,
  record: { id: LoopId; driver: UserName; state: { kind: string } },
): boolean =>
  record.id === loop && record.driver === owner && record.state.kind !== "archived" && record.state.kind !== "deleted"
