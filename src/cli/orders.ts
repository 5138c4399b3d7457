import { z } from "zod"
import type { People } from "../accounts/index.ts"
import { parseTypedName } from "../accounts/index.ts"

/** What `loopat user …` asks for, as it travels from the command to the server that holds the home. */
export const Order = z.discriminatedUnion("verb", [
  z.object({ verb: z.literal("list") }),
  z.object({ verb: z.literal("add"), name: z.string(), password: z.string(), role: z.enum(["admin", "member"]) }),
  z.object({ verb: z.literal("password"), name: z.string(), password: z.string() }),
  z.object({ verb: z.literal("role"), name: z.string(), role: z.enum(["admin", "member"]) }),
])
export type Order = z.infer<typeof Order>

/** `kind` is the outcome's name: `people`, `added`, `changed`, or what stood in the way. */
export const Answer = z.object({
  kind: z.string(),
  people: z.array(z.object({ name: z.string(), role: z.string(), status: z.string() })).optional(),
})
export type Answer = z.infer<typeof Answer>

const by = { actor: "system", via: "cli" } as const

/** Does what was asked; the same whether the command holds the home itself or a server does it for the command. */
export async function obey(people: People, order: Order): Promise<Answer> {
  if (order.verb === "list") {
    return { kind: "people", people: people.list().map(({ id, role, status }) => ({ name: id, role, status })) }
  }
  if (order.verb === "add") return { kind: (await people.add(order, by)).kind }
  const name = parseTypedName(order.name)
  if (!name) return { kind: "no-such-user" }
  if (order.verb === "password") return { kind: (await people.setPassword(name, order.password, by)).kind }
  return { kind: (await people.setRole(name, order.role, by)).kind }
}
