import { encodeFrame } from "./stream.ts"

/** What a topic carries: an id to resume by (or none) and one rendering per kind of viewer. */
export interface Published {
  /** Transcript number; absent for what is shown and not stored. */
  id?: number
  /** Called at most once per kind. An empty string sends nothing to viewers of that kind. */
  render(kind: string): string
}

export interface Delivery {
  id?: number
  html: string
  /** The same as a frame of an event stream, encoded once for all viewers of a kind. */
  readonly frame: Uint8Array
}

/** Hands what happens to whoever looks. Remembers nothing: what must survive is in a file. */
export interface Hub {
  publish(topic: string, item: Published): void
  subscribe(topic: string, kind: string, receive: (delivery: Delivery) => void): () => void
  /** Viewers of a topic: presence, and a reason to keep an agent warm. */
  viewers(topic: string): number
  /** Since the beginning: what was rendered, and how often something rendered was handed to a viewer. */
  readonly counts: Readonly<{ renders: number; deliveries: number }>
}

export function createHub(): Hub {
  const topics = new Map<string, Map<string, Set<(delivery: Delivery) => void>>>()
  const counts = { renders: 0, deliveries: 0 }
  return {
    counts,
    publish(topic, item) {
      for (const [kind, receivers] of topics.get(topic) ?? []) {
        counts.renders++
        const html = item.render(kind)
        if (html === "") continue
        counts.deliveries += receivers.size
        const delivery = deliveryOf(html, item.id)
        for (const receive of receivers) receive(delivery)
      }
    },
    subscribe(topic, kind, receive) {
      const kinds = topics.get(topic) ?? new Map<string, Set<(delivery: Delivery) => void>>()
      topics.set(topic, kinds)
      const receivers = kinds.get(kind) ?? new Set()
      kinds.set(kind, receivers)
      receivers.add(receive)
      return () => {
        receivers.delete(receive)
        if (receivers.size === 0) kinds.delete(kind)
        if (kinds.size === 0 && topics.get(topic) === kinds) topics.delete(topic)
      }
    },
    viewers(topic) {
      let count = 0
      for (const receivers of topics.get(topic)?.values() ?? []) count += receivers.size
      return count
    },
  }
}

/** One rendering for whoever gets it. */
export function deliveryOf(html: string, id?: number): Delivery {
  let encoded: Uint8Array | undefined
  return {
    ...(id !== undefined && { id }),
    html,
    get frame() {
      return (encoded ??= encodeFrame(html, id))
    },
  }
}
