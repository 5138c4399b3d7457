/** Many viewers of one loop, and an event that all of them must see. */
import { until } from "./programs.ts"
import type { Server } from "./server.ts"
import type { Stream } from "./visitor.ts"

export interface Audience extends AsyncDisposable {
  readonly size: number
  /** Milliseconds from an event to each viewer, since they were last emptied. */
  readonly delays: number[]
  /** Viewers that an event did not reach in time, in all. */
  lost(): number
  grow(size: number): Promise<void>
  /** One event; resolves when everybody has seen it. */
  publish(): Promise<void>
}

export function createAudience({ visitor }: Server, loop: string): Audience {
  const streams: Stream[] = []
  const seen: number[] = []
  const delays: number[] = []
  let [title, sentAt, lost] = [0, 0, 0]

  function notice(place: number, frame: string): void {
    // The title stands in the header's region once per change.
    if (seen[place] === title || !frame.includes(`Event number ${title} `)) return
    seen[place] = title
    delays.push(performance.now() - sentAt)
  }

  return {
    delays,
    get size() {
      return streams.length
    },
    lost: () => lost,
    async grow(size) {
      for (let place = streams.length; place < size; place++) {
        seen[place] = 0
        streams.push(
          await visitor.stream(`/loops/${loop}/events?after=40`, { onFrame: (frame) => notice(place, frame) }),
        )
      }
    },
    async publish() {
      title++
      sentAt = performance.now()
      const form = { title: `Event number ${title} of many` }
      const answer = await visitor.post(`/loops/${loop}/title`, form, { "hx-request": "true" })
      if (answer.status !== 200) throw new Error(`a title answers ${answer.status}`)
      const missing = () => seen.filter((last) => last !== title).length
      await until("everybody has seen it", () => missing() === 0, { everyMs: 1, timeoutMs: 20_000 }).catch(
        () => (lost += missing()),
      )
    },
    async [Symbol.asyncDispose]() {
      for (const stream of streams.splice(0)) stream.close()
      seen.length = 0
    },
  }
}
