import type { Clock } from "../platform/clock.ts"
import type { Log } from "../platform/log.ts"
import { type BuildLog, createBuildLog, withoutPasswords } from "./build-log.ts"
import type { ImageFault, ImageHealth, ImageStep } from "./contract.ts"
import { fromOf, imageSteps, type Source, stepsOf } from "./recipe.ts"

export interface ProgressNeeds {
  clock: Clock
  log: Log
  tell(health: ImageHealth): void
}

export interface MadeImage {
  tag: string
  id?: string
  madeAt?: number
  took?: number
}

type Building = Extract<ImageHealth, { state: "building" }>

const stepMark = "loopat-step: "

/** The run of getting one base image, told as it goes: sources tried, steps, lines. Nothing is told before the first. */
export class ImageProgress {
  readonly #needs: ProgressNeeds
  readonly #log: BuildLog
  #building: Building
  #source: Source | undefined

  constructor(needs: ProgressNeeds) {
    this.#needs = needs
    this.#log = createBuildLog({
      clock: needs.clock,
      grown: () => this.#change({}),
      quiet: (isQuiet) => this.#change({ quietSince: isQuiet ? this.#log.lastAt : undefined }),
    })
    this.#building = { state: "building", startedAt: needs.clock.now(), tries: [], log: this.#log.lines }
  }

  /** Milliseconds since the run began. */
  get elapsed(): number {
    return this.#needs.clock.now() - this.#building.startedAt
  }

  /** Another source is tried, from its first step. `lastTook`: how long it took the last time, in milliseconds. */
  source(source: Source, lastTook?: number): void {
    this.#source = source
    const from = fromOf(source)
    this.#log.add(from === undefined ? source.kind : `${source.kind}: ${withoutPasswords(from)}`)
    const tries = [...this.#building.tries, { source: source.kind, ...(from && { from: withoutPasswords(from) }) }]
    this.#change({ tries, step: undefined, lastTook })
  }

  step(name: ImageStep): void {
    const names = this.#source ? stepsOf(this.#source) : [name]
    const number = names.indexOf(name) + 1
    this.#log.add(`[${number}/${names.length}] ${name}`)
    this.#change({ step: { name, number, of: names.length, at: this.#needs.clock.now() } })
  }

  /** Lines of a program below; `loopat-step: <name>` begins a step. */
  output(piece: Uint8Array): void {
    this.#log.feed(piece, (line) => {
      const name = line.startsWith(stepMark) ? line.slice(stepMark.length).trim() : ""
      const known = imageSteps.find((one) => one === name)
      if (known) this.step(known)
      else this.#log.add(line)
    })
  }

  line(text: string): void {
    this.#log.add(text)
  }

  /** The source under way did not work. */
  missed(fault: ImageFault): void {
    const last = this.#building.tries.at(-1)
    this.#needs.log.info("a source of the base image did not work", { source: last?.source, why: fault.detail })
    this.#log.add(`${last?.source ?? "image"}: ${fault.detail}`)
    const before = this.#building.tries.slice(0, -1)
    this.#change({ tries: last ? [...before, { ...last, fault }] : before, step: undefined })
  }

  ready(made: MadeImage, source: Source): void {
    const from = fromOf(source)
    const image = { ...made, source: source.kind, ...(from && { from: withoutPasswords(from) }) }
    this.#needs.log.info("the base image is ready", { ...image })
    const { tries, log } = this.#building
    this.#end({ state: "ready", ...image, tries, log })
  }

  failed(fault: ImageFault): void {
    this.#needs.log.warn("there is no base image", { code: fault.code, detail: fault.detail })
    const { tries, log } = this.#building
    this.#end({ state: "failed", at: this.#needs.clock.now(), fault, tries, log })
  }

  #change(what: Partial<Building>): void {
    this.#building = { ...this.#building, ...what }
    this.#needs.tell(this.#building)
  }

  #end(health: ImageHealth): void {
    this.#log[Symbol.dispose]()
    this.#needs.tell(health)
  }
}
