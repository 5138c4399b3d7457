import type { LoopId } from "../../lib/ids.ts"
import type { Background } from "../../platform/background.ts"
import { type Clock, timestamp } from "../../platform/clock.ts"
import type { OutsideNews, Refresh, Shelves } from "../../repos/index.ts"
import type { LoopRecord } from "../record.ts"
import type { Records } from "../records.ts"
import type { Shelf } from "../shelf.ts"
import { type ContextName, contextNames } from "./places.ts"

export type Warning = LoopRecord["warnings"][number]

const codes = ["stale", "diverged", "not-outside"]

/** Of a context whose home outside is not as it is here. */
export const isAboutOutside = ({ about, code }: Pick<Warning, "about" | "code">): boolean =>
  contextNames.some((name) => name === about) && codes.includes(code)

/** What a loop should know of a context that it begins with; the text is read by its agent. */
export function warningOf(about: ContextName, refreshed: Refresh, commit: string): Warning | undefined {
  if (refreshed.kind === "stale") {
    const at = refreshed.at ?? new Date(0).toISOString()
    const text = `${about} could not be refreshed; this loop began with what was here, ${commit.slice(0, 12)}. ${refreshed.sentence}`
    return { about, code: "stale", text: text.trim(), at, commit }
  }
  if (refreshed.kind !== "diverged") return undefined
  const text = `${about} here and outside have gone different ways. Work goes on here until somebody merges them.`
  return { about, code: "diverged", text, at: refreshed.at }
}

export const withWarnings = (
  before: readonly Warning[],
  pinned: readonly { context: ContextName; warning?: Warning }[],
): Warning[] => {
  const about = new Set<string>(pinned.map(({ context }) => context))
  const kept = before.filter((one) => !(isAboutOutside(one) && about.has(one.about)))
  return [...kept, ...pinned.flatMap(({ warning }) => warning ?? [])]
}

interface WarnNeeds {
  shelves: Pick<Shelves, "open" | "onMoved" | "onOutside">
  records: Pick<Records, "read" | "change">
  shelf: Pick<Shelf, "ordered">
  background: Pick<Background, "run">
  clock: Clock
}

/** Loops say what is amiss with their contexts' homes outside for as long as it is. */
export function watchOutside({ shelves, records, shelf, background, clock }: WarnNeeds): () => void {
  async function warnPromoted(loop: LoopId, about: OutsideNews["shelf"]): Promise<void> {
    const { context } = about
    const state = (await (await shelves.open(about)).outside())?.state
    if (state !== "not-outside") return
    const text = `What this loop gave to ${context} is here, and not yet at its home outside. The server tries again by itself.`
    const warning: Warning = { about: context, code: "not-outside", text, at: timestamp(clock) }
    await records.change(loop, (now) => ({
      ...now,
      warnings: [...now.warnings.filter((one) => !(one.about === context && one.code === "not-outside")), warning],
    }))
  }

  async function clear({ shelf: about }: OutsideNews): Promise<void> {
    const warned = shelf.ordered().filter((entry) => entry.warned)
    if (warned.length === 0) return
    const tip = await (await shelves.open(about)).resolve()
    for (const { id } of warned)
      await records.change(id, (now) => {
        if (about.context === "personal" && about.user !== now.driver) return now
        const kept = now.warnings.filter((one) => !isSolved(one, about.context, now.versions?.[about.context] === tip))
        return kept.length === now.warnings.length ? now : { ...now, warnings: kept }
      })
  }

  const ends = [
    shelves.onMoved(({ shelf: about, branch, by }) => {
      const { loop } = by
      if (loop === undefined || branch.includes("/")) return
      background.run("tell a loop where its work is", () => warnPromoted(loop, about))
    }),
    shelves.onOutside((news) => {
      if (news.state !== undefined && news.state.state !== "in-step") return
      background.run("take back warnings that are solved", () => clear(news))
    }),
  ]
  return () => ends.forEach((end) => end())
}

/** What a loop began with may still be older than what is here: then somebody pulls. */
const isSolved = (one: Warning, context: ContextName, newest: boolean): boolean =>
  one.about === context && isAboutOutside(one) && (one.code !== "stale" || newest)
