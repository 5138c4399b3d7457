import { Elysia } from "elysia"
import { paths } from "../lib/urls.ts"
import { type Loops, refuseDriver } from "../loops/index.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Log } from "../platform/log.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf } from "../platform/http/visitor.ts"
import type { LoopId } from "../lib/ids.ts"
import type { Attach } from "./attach.ts"
import type { TerminalRecord } from "./terminal.ts"
import type { Terminals } from "./terminals.ts"
import { closing, longestFrame, parseMessage } from "./messages.ts"
import type { Browser, Viewer } from "./viewer.ts"

export interface SocketNeeds {
  loops: Pick<Loops, "forDriver" | "forViewer">
  terminals: Pick<Terminals, "find" | "findShared">
  rights: Pick<LiveRights, "hold">
  attach: Attach
  background: Background
  showProblem: ShowProblem
  clock: Clock
  log: Log
}

/** Keys and answers that wait for the sandbox; who sends more does not type. */
const mostWaiting = 1 << 20

/** The one socket of the program: a browser and a terminal. Whoever may not drive is refused before it opens. */
export const terminalSocket = (needs: SocketNeeds) => {
  const conversations = new WeakMap<object, Conversation>()
  return new Elysia({ name: "terminal-socket" }).ws(paths.terminalSocket, {
    async beforeHandle({ request, params }) {
      const user = userOf(request)
      const driven = await needs.loops.forDriver(params.id, user)
      if (driven.kind === "driven") return undefined
      const shared = await sharedWith(needs, user, { loop: params.id, terminal: params.terminal })
      return shared ? undefined : refuseDriver(needs, request, driven)
    },
    open(ws) {
      const { request, params, query } = ws.data
      const { raw } = ws
      const conversation = new Conversation(needs, {
        user: userOf(request),
        loop: params.id,
        terminal: params.terminal,
        seen: { run: query["run"] ?? "", from: placeOf(query["from"]) },
        browser: {
          bytes: (bytes) => void raw.send(bytes),
          tell: (message) => void raw.send(JSON.stringify(message)),
          close: (code) => raw.close(code),
        },
      })
      conversations.set(raw, conversation)
      needs.background.run("show a terminal", () => conversation.begin())
    },
    message(ws, message) {
      conversations.get(ws.raw)?.heard(message)
    },
    close(ws) {
      conversations.get(ws.raw)?.end()
    },
  })
}

const placeOf = (text: string | undefined): number => {
  const place = Number(text ?? 0)
  return Number.isSafeInteger(place) && place > 0 ? place : 0
}

interface Caller {
  user: SignedIn
  loop: string
  terminal: string
  seen: { run: string; from: number }
  browser: Browser
}

interface Right {
  /** He only looks on. */
  watches: boolean
  loop: LoopId
  terminal: TerminalRecord | undefined
}

/** Of somebody who may see the loop, where its driver shares this terminal. */
async function sharedWith(
  { loops, terminals }: Pick<SocketNeeds, "loops" | "terminals">,
  user: SignedIn,
  { loop: id, terminal: wanted }: { loop: string; terminal: string },
): Promise<Right | undefined> {
  const viewed = await loops.forViewer(id, user)
  if (viewed.kind !== "viewed") return undefined
  const terminal = await terminals.findShared(viewed.loop, wanted)
  return terminal && { watches: true, loop: viewed.loop.record.id, terminal }
}

/** From the moment a socket is open until it is closed. */
class Conversation {
  readonly #needs: SocketNeeds
  readonly #caller: Caller
  readonly #release: () => void
  /** As what he came: somebody who drives by now comes anew. */
  #watches: boolean | undefined
  #viewer: Viewer | undefined
  #over = false
  /** What was sent is done in its order, one after the other. */
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(needs: SocketNeeds, caller: Caller) {
    this.#needs = needs
    this.#caller = caller
    const { user, loop: about } = caller
    this.#release = needs.rights.hold({
      login: user.login,
      user: user.name,
      about,
      stillAllowed: async () => {
        const right = await this.#right()
        return right !== undefined && (this.#watches === undefined || this.#watches === right.watches)
      },
      end: () => this.#close(closing.refused),
    })
  }

  async begin(): Promise<void> {
    const right = await this.#right()
    if (!right) return this.#close(closing.refused)
    this.#watches = right.watches
    const { user, seen, browser } = this.#caller
    const { loop, terminal, watches } = right
    const place = { loop, terminal, seen, ...(watches && { watcher: user.name }) }
    const attached = await this.#needs.attach(place, browser).catch((error: unknown) => {
      this.#close(closing.again)
      throw error
    })
    if (attached.kind !== "attached") return this.#close(attached.kind === "gone" ? closing.gone : closing.again)
    if (this.#over) return attached.viewer.leave()
    this.#viewer = attached.viewer
    await attached.viewer.show()
  }

  heard(message: unknown): void {
    const size = message instanceof Uint8Array ? message.length : longestFrame / 64
    this.#waiting += size
    if (this.#waiting > mostWaiting) return this.#close(closing.nonsense)
    this.#last = this.#last.then(async () => {
      await this.#act(message)
      this.#waiting -= size
    })
  }

  end(): void {
    this.#over = true
    this.#release()
    this.#viewer?.leave()
  }

  /** Asked anew for every message: rights may have ended since the last one. */
  async #act(given: unknown): Promise<void> {
    if (this.#over || !this.#viewer) return
    const message = parseMessage(given)
    if (!message) return this.#close(closing.nonsense)
    try {
      if (message.kind !== "ack" && !(await this.#isAllowed())) return this.#close(closing.refused)
      await this.#viewer.heard(message)
    } catch (error) {
      this.#needs.log.warn("a terminal could not be told something", { error })
      this.#viewer.close(closing.again)
    }
  }

  /** What an onlooker sends besides what he has shown is passed over, whatever he may. */
  async #isAllowed(): Promise<boolean> {
    return this.#watches === true || (await this.#driven()) !== undefined
  }

  async #driven() {
    const driven = await this.#needs.loops.forDriver(this.#caller.loop, this.#caller.user)
    return driven.kind === "driven" ? driven.loop : undefined
  }

  async #right(): Promise<Right | undefined> {
    const { user, loop, terminal } = this.#caller
    const driven = await this.#driven()
    if (!driven) return sharedWith(this.#needs, user, { loop, terminal })
    return { watches: false, loop: driven.record.id, terminal: await this.#needs.terminals.find(driven, terminal) }
  }

  #close(code: number): void {
    if (this.#over) return
    this.end()
    this.#caller.browser.close(code)
  }
}
