import type { Log } from "./log.ts"

/** News that goes up the feature table: whoever owns something announces it, whoever cares reacts. */
export interface Events<News extends Record<string, unknown>> {
  announce<Name extends keyof News & string>(name: Name, news: News[Name]): void
  /** A listener that throws or rejects is logged and never disturbs the announcer. */
  on<Name extends keyof News & string>(name: Name, react: (news: News[Name]) => unknown): () => void
}

export function createEvents<News extends Record<string, unknown>>(log: Log): Events<News> {
  const reactions = new Map<string, Set<(news: never) => unknown>>()
  const react = async (name: string, reaction: (news: never) => unknown, news: unknown) => {
    try {
      await reaction(news as never)
    } catch (error) {
      log.error("a reaction failed", { event: name, error })
    }
  }
  return {
    announce(name, news) {
      for (const reaction of reactions.get(name) ?? []) void react(name, reaction, news)
    },
    on(name, reaction) {
      const all = reactions.get(name) ?? new Set()
      reactions.set(name, all)
      all.add(reaction)
      return () => all.delete(reaction)
    },
  }
}
