import { placeOf, type PlaceOptions, type PreviewPlace } from "./place.ts"
import type { Listener, Listening } from "./listener.ts"

export interface ServingOptions extends PlaceOptions {
  port: number
}

export type Place = { kind: "off" } | { kind: "port-taken"; port: number } | { kind: "served"; place: PreviewPlace }

/** Listens as soon as something is to be shown, and from then on: until then there is nothing to be reached. */
export interface Serving extends AsyncDisposable {
  /** Where previews are; listens when that was not so yet. */
  serve(): Promise<Place>
  /** The same, for whoever came through the listener. */
  place(): PreviewPlace | undefined
}

export function createServing(options: ServingOptions, open: () => Promise<Listening>): Serving {
  let listener: Listener | undefined
  let opening: Promise<Listening> | undefined
  let stopped = false

  const place = () => listener && placeOf(options, listener.port)

  return {
    place,
    async serve() {
      if (options.domain === undefined || stopped) return { kind: "off" }
      opening ??= open()
      const opened = await opening
      if (opened.kind === "in-use") {
        opening = undefined
        return { kind: "port-taken", port: options.port }
      }
      listener = opened.listener
      const now = place()
      return now ? { kind: "served", place: now } : { kind: "off" }
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      const opened = await opening
      if (opened?.kind === "listening") await opened.listener[Symbol.asyncDispose]()
    },
  }
}
