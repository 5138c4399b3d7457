import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { parseLoopId } from "../lib/ids.ts"
import { type Clock, systemClock, systemIds } from "../platform/clock.ts"
import { silentLog } from "../platform/log.ts"
import { runGuest } from "../sandbox/guest/guest.ts"
import type { Box } from "../sandbox/link/contract.ts"
import { createLoopLink, type LoopLink, type LostWhy } from "../sandbox/link/loop-link.ts"
import { tempFolder } from "./temp-folder.ts"

/** Both ends of a link in one process, without a container around the guest. */
export interface LinkWorld extends AsyncDisposable {
  folder: string
  link: LoopLink
  socket: string
  lost: LostWhy[]
  /** Starts a guest and waits until it has greeted. */
  guest(): Promise<{ box: Box; end(): Promise<void> }>
  /** Another server on the same socket, as after a restart. */
  restart(): LoopLink
}

const loop = parseLoopId("11111111-1111-4111-8111-111111111111")

export async function linkWorld({ clock = systemClock }: { clock?: Clock } = {}): Promise<LinkWorld> {
  if (!loop) throw new Error("the loop's id does not parse")
  const temp = await tempFolder()
  const folder = temp.path
  const at = (name: string) => join(folder, name)
  const roots = {
    ...{ workdir: at("workdir"), home: at("home"), "claude-state": at("state") },
    ...{ knowledge: at("knowledge"), notes: at("notes"), personal: at("personal"), repos: at("repos") },
  }
  for (const root of [roots.workdir, roots.home, roots["claude-state"]]) await mkdir(root)
  const socket = join(folder, "link.sock")
  const lost: LostWhy[] = []
  const guests: (() => Promise<void>)[] = []
  const open = () =>
    createLoopLink({
      loop,
      socket,
      welcome: { roots, idleMs: 600_000 },
      environment: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: roots.home, LANG: "C.UTF-8" },
      clock,
      ids: systemIds,
      log: silentLog,
      onLost: (why) => lost.push(why),
    })
  const world: LinkWorld = {
    folder,
    socket,
    lost,
    link: open(),
    async guest() {
      const stop = new AbortController()
      const settings = {
        linkSocket: socket,
        gatewaySocket: join(folder, "gateway.sock"),
        build: "test",
        guest: systemIds.uuid(),
        asRoot: { signal: async () => undefined, pids: new Set<number>() },
      }
      const running = runGuest({ ...settings, idleMs: 600_000 }, stop.signal)
      const end = async () => {
        stop.abort()
        await running
      }
      guests.push(end)
      return { box: await world.link.greeted(10_000), end }
    },
    restart() {
      world.link[Symbol.dispose]()
      world.link = open()
      return world.link
    },
    async [Symbol.asyncDispose]() {
      for (const end of guests) await end()
      world.link[Symbol.dispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
  return world
}

/** Waits until something is so; fails with what it waited for. */
export async function until(what: string, isSo: () => unknown): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`)
    await Bun.sleep(5)
  }
}

/** Reads a stream until a text has come by; the reader keeps what follows for the next call. */
export function reading(stream: ReadableStream<Uint8Array>): { past(text: string): Promise<string> } {
  const reader = stream.getReader()
  let seen = ""
  return {
    async past(text) {
      while (!seen.includes(text)) {
        const { value, done } = await reader.read()
        if (done)
          throw new Error(`the stream ended before ${JSON.stringify(text)}: ${JSON.stringify(seen.slice(-500))}`)
        seen += Buffer.from(value).toString("utf8")
      }
      const at = seen.indexOf(text) + text.length
      const before = seen.slice(0, at)
      seen = seen.slice(at)
      return before
    },
  }
}
