import { z } from "zod"
import type { ContextView } from "../../views/props/conversation.ts"
import type { SpentView } from "../../views/props/loops.ts"
import type { Usage } from "../gateway/index.ts"
import { agentWords } from "../lib/i18n/agent.ts"
import { languageTag, type Locale } from "../lib/i18n/locale.ts"
import { compactNumber } from "../lib/time.ts"
import type { KnownContext } from "./agent-file.ts"

const Cost = z.object({ amount: z.number().positive(), currency: z.string().regex(/^[A-Z]{3}$/) })

/** An amount of money in the reader's form; nothing where no price is known. */
export function money(cost: unknown, locale: Locale): string | undefined {
  const parsed = Cost.safeParse(cost)
  if (!parsed.success) return undefined
  const { amount, currency } = parsed.data
  const digits = amount < 1 ? 4 : 2
  const style = { style: "currency", currency, maximumFractionDigits: digits } as const
  return new Intl.NumberFormat(languageTag[locale], style).format(amount)
}

/** What a loop has used so far: money where prices are known, else tokens. */
export function spentView(usage: Usage | undefined, locale: Locale): SpentView | undefined {
  if (!usage || usage.requests === 0) return undefined
  const words = agentWords(locale)
  const count = (value: number) => compactNumber(value, locale)
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const tokens = words.tokensUsed(count(read), count(usage.output))
  const cost = money(usage.cost, locale)
  if (cost === undefined && read + usage.output === 0) return undefined
  return cost === undefined ? { text: tokens, about: tokens } : { text: cost, about: words.estimate(tokens) }
}

export function contextView(known: KnownContext | undefined, locale: Locale): ContextView | undefined {
  if (!known) return undefined
  const { used, window, compactsAt, parts, at } = known
  const named = parts.map(({ id, name, tokens }) => ({ name: agentWords(locale).contextPart(id ?? "", name), tokens }))
  return { used, window, at: Date.parse(at), parts: named, ...(compactsAt !== undefined && { compactsAt }) }
}
