import type { LoopId, UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import { bestEffort, type Log } from "../platform/log.ts"

/** How many containers may run, and which of them may be stopped for another. */
export interface PlaceRules {
  most(): number
  /** Of one driver; undefined: as many as there are. */
  mostEach(): number | undefined
  /** Since when nothing happens in a running loop, in milliseconds; undefined while something does. */
  idleSince(loop: LoopId): Promise<number | undefined>
  /** A loop was stopped so that another could start. */
  madeRoom(loop: LoopId): void
}

export interface PlacesNeeds {
  rules: PlaceRules
  clock: Clock
  log: Log
  isRunning(loop: LoopId): boolean
  stop(loop: LoopId): Promise<void>
}

export interface Asker {
  loop: LoopId
  driver: UserName
  /** From 1; each time that it changes. */
  waits(position: number): void
  signal: AbortSignal | undefined
}

/** The containers that may run at once: who comes when all are taken waits in line, and idle ones give way. */
export interface Places extends Disposable {
  /** Does it with a place, which the loop keeps as long as it runs. Undefined: the asker gave up before there was one. */
  within<T>(asker: Asker, start: () => Promise<T>): Promise<T | undefined>
  /** A loop that runs already, of an earlier server. */
  keep(loop: LoopId, driver: UserName): void
  /** Something ended: whoever waits longest is next. */
  look(): void
}

interface Waiting {
  driver: UserName
  askers: Set<{ waits(position: number): void; granted(): void }>
  told: number
}

/** Nobody says when a loop becomes idle by time alone. */
const lookMs = 5_000

export const createPlaces = (needs: PlacesNeeds): Places => new TakenPlaces(needs)

class TakenPlaces implements Places {
  readonly #needs: PlacesNeeds
  readonly #held = new Map<LoopId, UserName>()
  readonly #starting = new Map<LoopId, number>()
  /** In the order in which they came. */
  readonly #waiting = new Map<LoopId, Waiting>()
  #looking = false
  #again = false
  #cancel: (() => void) | undefined

  constructor(needs: PlacesNeeds) {
    this.#needs = needs
  }

  async within<T>(asker: Asker, start: () => Promise<T>): Promise<T | undefined> {
    const { loop } = asker
    if (!(await this.#take(asker))) return undefined
    try {
      return await start()
    } finally {
      const left = (this.#starting.get(loop) ?? 1) - 1
      if (left > 0) this.#starting.set(loop, left)
      else this.#starting.delete(loop)
      this.look()
    }
  }

  keep(loop: LoopId, driver: UserName): void {
    this.#held.set(loop, driver)
  }

  look(): void {
    this.#again = true
    if (this.#looking) return
    this.#looking = true
    void bestEffort(this.#needs.log, "give away free places", () => this.#lookOn())
  }

  [Symbol.dispose](): void {
    this.#cancel?.()
    this.#waiting.clear()
  }

  async #lookOn(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false
        await this.#giveAway()
      }
    } finally {
      // Whoever asks from here on begins a look of its own.
      this.#looking = false
    }
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#waiting.size === 0) return
    this.#cancel = this.#needs.clock.after(lookMs, () => this.look())
    for (const [index, one] of [...this.#waiting.values()].entries()) {
      if (one.told === index + 1) continue
      one.told = index + 1
      for (const asker of one.askers) asker.waits(one.told)
    }
  }

  #take({ loop, driver, waits, signal }: Asker): Promise<boolean> {
    this.#forgetEnded()
    if (signal?.aborted) return Promise.resolve(false)
    if (this.#held.has(loop) || (this.#waiting.size === 0 && this.#lack(driver) === undefined)) {
      this.#grant(loop, driver)
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const one = this.#waiting.get(loop) ?? { driver, askers: new Set(), told: 0 }
      const asker = {
        waits,
        granted: () => {
          this.#grant(loop, driver)
          resolve(true)
        },
      }
      one.askers.add(asker)
      this.#waiting.set(loop, one)
      signal?.addEventListener(
        "abort",
        () => {
          one.askers.delete(asker)
          if (one.askers.size === 0 && this.#waiting.get(loop) === one) this.#waiting.delete(loop)
          resolve(false)
        },
        { once: true },
      )
      this.look()
    })
  }

  async #giveAway(): Promise<void> {
    this.#forgetEnded()
    for (const [loop, one] of [...this.#waiting]) {
      const lack = this.#lack(one.driver)
      if (lack !== undefined) await this.#makeRoom(lack === "own" ? one.driver : undefined)
      const still = this.#lack(one.driver)
      // Who waits for an own place lets others by; who waits for any is the first to get one.
      if (still === "all") return
      if (still === "own" || this.#waiting.get(loop) !== one) continue
      this.#waiting.delete(loop)
      for (const asker of one.askers) asker.granted()
    }
  }

  /** Counts as starting from this moment on, so that nobody takes it for one that has ended. */
  #grant(loop: LoopId, driver: UserName): void {
    this.#held.set(loop, driver)
    this.#starting.set(loop, (this.#starting.get(loop) ?? 0) + 1)
  }

  #lack(driver: UserName): "all" | "own" | undefined {
    const { rules } = this.#needs
    const own = [...this.#held.values()].filter((user) => user === driver).length
    if (own >= (rules.mostEach() ?? Number.POSITIVE_INFINITY)) return "own"
    return this.#held.size >= rules.most() ? "all" : undefined
  }

  /** Stops the one that has been idle for longest, if there is any. */
  async #makeRoom(of: UserName | undefined): Promise<void> {
    const { rules, log, stop } = this.#needs
    const found: { loop: LoopId; since: number }[] = []
    for (const [loop, driver] of this.#held) {
      if (this.#starting.has(loop) || (of !== undefined && driver !== of)) continue
      const since = await rules.idleSince(loop)
      if (since !== undefined) found.push({ loop, since })
    }
    const longest = found.sort((a, b) => a.since - b.since)[0]
    // Asked once more: meanwhile somebody may have come back to it.
    if (!longest || (await rules.idleSince(longest.loop)) === undefined) return
    await bestEffort(log, "stop an idle sandbox for another", async () => {
      await stop(longest.loop)
      rules.madeRoom(longest.loop)
    })
    this.#forgetEnded()
  }

  #forgetEnded(): void {
    for (const loop of this.#held.keys())
      if (!this.#starting.has(loop) && !this.#needs.isRunning(loop)) this.#held.delete(loop)
  }
}
