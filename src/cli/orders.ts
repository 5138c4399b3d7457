import { z } from "zod"
import type { UserName } from "../lib/ids.ts"
import type { Accounts } from "../accounts/index.ts"
import { parseTypedName, tokenScopes } from "../accounts/index.ts"

/** What `loopat user …` asks for, as it travels from the command to the server that holds the home. */
export const Order = z.discriminatedUnion("verb", [
  z.object({ verb: z.literal("list") }),
  z.object({ verb: z.literal("add"), name: z.string(), password: z.string(), role: z.enum(["admin", "member"]) }),
  z.object({ verb: z.literal("password"), name: z.string(), password: z.string() }),
  z.object({ verb: z.literal("token-add"), name: z.string(), scopes: z.array(z.enum(tokenScopes)) }),
  z.object({ verb: z.literal("token-list"), name: z.string() }),
  z.object({ verb: z.literal("token-remove"), name: z.string(), id: z.string() }),
  z.object({ verb: z.literal("role"), name: z.string(), role: z.enum(["admin", "member"]) }),
])
export type Order = z.infer<typeof Order>

/** `kind` is the outcome's name: `people`, `added`, `changed`, or what stood in the way. */
export const Answer = z.object({
  kind: z.string(),
  people: z.array(z.object({ name: z.string(), role: z.string(), status: z.string() })).optional(),
  tokens: z.array(z.object({ id: z.string(), scopes: z.string(), createdAt: z.string(), used: z.string() })).optional(),
  /** Shown once. */
  made: z.string().optional(),
})
export type Answer = z.infer<typeof Answer>

const by = { actor: "system", via: "cli" } as const

/** Does what was asked; the same whether the command holds the home itself or a server does it for the command. */
export async function obey(accounts: Pick<Accounts, "people" | "tokens">, order: Order): Promise<Answer> {
  const { people } = accounts

  if (order.verb === "list") {
    return { kind: "people", people: people.list().map(({ id, role, status }) => ({ name: id, role, status })) }
  }
  if (order.verb === "add") return { kind: (await people.add(order, by)).kind }
  const name = parseTypedName(order.name)
  if (!name) return { kind: "no-such-user" }
  if (order.verb === "token-add" || order.verb === "token-list" || order.verb === "token-remove")
    return obeyAboutTokens(accounts.tokens, name, order)
  if (order.verb === "password") return { kind: (await people.setPassword(name, order.password, by)).kind }
  return { kind: (await people.setRole(name, order.role, by)).kind }
}

async function obeyAboutTokens(
  tokens: Accounts["tokens"],
  user: UserName,
  order: Extract<Order, { verb: `token-${string}` }>,
): Promise<Answer> {
  if (order.verb === "token-remove") return { kind: (await tokens.revoke(user, order.id)).kind }
  if (order.verb === "token-list") {
    const all = await tokens.list(user)
    const shown = all.map(({ id, scopes, createdAt, lastUsedAt = "never" }) => ({
      ...{ id, createdAt, used: lastUsedAt },
      scopes: scopes.join(","),
    }))
    return { kind: "tokens", tokens: shown }
  }
  const made = await tokens.make(user, { label: "command line", scopes: order.scopes })
  // It goes to the terminal of the server's own user, and nowhere else.
  return made.kind === "made" ? { kind: "made", made: made.text } : { kind: made.kind }
}
