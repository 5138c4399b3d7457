import { watchOutside } from "./checkouts/outside-warnings.ts"
import { layOutWith } from "./checkouts/lay-out.ts"
import type { LoopId } from "../lib/ids.ts"
import { createFarewell } from "./farewell.ts"
import { createLiveLists, type LiveLists } from "./live.tsx"
import { createLooks } from "./looks.ts"
import type { LoopsNeeds } from "./needs.ts"
import { collectAllLoops } from "./origins/all-loops.ts"
import { writeMaterial } from "./origins/material.ts"
import { prepareLoop } from "./prepare.ts"
import { createPreparations } from "./preparations.ts"
import { readableFor } from "./reading.ts"
import type { LoopRecord } from "./record.ts"
import { createRecords } from "./records.ts"
import { specOf } from "./spec.ts"
import { createShelf, type Shelf } from "./shelf.ts"
import { createLoopStore } from "./store.ts"
import type { KnownEvent } from "./transcript-event.ts"
import { createTranscripts } from "./transcript.ts"

/** What the door of loops is made of, each part with what it needs of the others. */
export function createParts(needs: LoopsNeeds) {
  const { disk, clock, log, events, hub, background, repos, sandboxes } = needs
  const store = createLoopStore({ disk, home: needs.home, run: needs.ids.hex(6) })
  const shelf = createShelf(clock.now())
  const records = createRecords({ store, shelf, events })
  const transcripts = createTranscripts({
    clock,
    file: store.transcript,
    appended(loop, lines) {
      if (!lines.every(isUpkeep)) shelf.touch(loop, clock.now())
      looks.noteEnds(loop, lines)
      events.announce("transcript.appended", { loop, events: lines })
    },
  })
  const looks = createLooks({
    store,
    shelf,
    background,
    lastSeq: (id) => transcripts.of(id).lastSeq(),
    changed: (id) => live.changed(id),
  })
  const shelving = Promise.withResolvers<void>()
  const live = createLiveLists({ hub, clock, shelf, looks, background, shelved: shelving.promise })
  const layOutContexts = layOutWith({ ...needs, records, store })
  const allLoops = { disk, shelf, store, readRecord: records.read, isAdmin: needs.isAdmin }
  const layOut = async (id: LoopId) => {
    const record = await records.read(id)
    if (record?.flags.crossLoop) await collectAllLoops(record, allLoops)
    return layOutContexts(id)
  }
  const origins = { ...needs, store, readable: readableFor(records.read) }
  const preparing = {
    ...{ layOut, records, store, repos, disk, clock, log, sandboxes, transcript: transcripts.of },
    specOf: (record: LoopRecord) => specOf(record, { ...needs, records, store }),
    writeMaterial: (record: LoopRecord, folder: string) => writeMaterial(record, folder, origins),
  }
  const preparations = createPreparations({
    background,
    clock,
    log,
    prepare: (id, signal) => prepareLoop(id, preparing, signal),
    ready: (loop) => events.announce("loop.ready", { loop }),
  })
  const shared = { ...needs, records, store, shelf, transcripts, preparations, transcript: transcripts.of }
  return {
    ...shared,
    ...{ origins, layOut },
    looks,
    live,
    shelving,
    farewell: createFarewell(shared),
    unwatch: all(
      watchNews({ events, shelf, live }),
      needs.contexts && watchOutside({ ...shared, shelves: needs.contexts.shelves }),
    ),
  }
}

const all =
  (...ends: ((() => void) | undefined)[]) =>
  () =>
    ends.forEach((end) => end?.())

/** What the server did with a sandbox: nothing that brings its loop to the top of a list. */
const isUpkeep = (line: KnownEvent): boolean => line.kind === "notice" && line.code.startsWith("sandbox-")

interface NewsNeeds {
  events: LoopsNeeds["events"]
  shelf: Shelf
  live: LiveLists
}

/** Keeps lists true to what is told about loops. */
function watchNews({ events, shelf, live }: NewsNeeds): () => void {
  const stops = [
    events.on("agent.activity", ({ loop, activity }) => {
      shelf.setActivity(loop, activity)
      live.changed(loop)
    }),
    events.on("turn.finished", ({ loop }) => live.changed(loop)),
    events.on("loop.created", ({ loop }) => live.appeared(loop)),
    events.on("loop.restored", ({ loop }) => live.appeared(loop)),
    events.on("loop.changed", ({ loop }) => live.changed(loop)),
    events.on("loop.deleted", ({ loop }) => {
      live.gone(loop)
      shelf.remove(loop)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
