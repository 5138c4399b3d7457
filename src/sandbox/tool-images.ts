import type { LoopId } from "../lib/ids.ts"
import { bestEffort } from "../platform/log.ts"
import { CommandFailed } from "../platform/process/command.ts"
import { inspectImage } from "./args.ts"
import type { StartStep, ToolsFailure, ToolsRun, ToolsState } from "./contract.ts"
import type { SandboxNeeds } from "./needs.ts"
import { createSlots } from "./slots.ts"
import { type BuildNeeds, buildTools, type ToolsBase } from "./tool-build.ts"
import { toolsFault } from "./tool-fault.ts"
import { createToolsMemory, failureOf, type ToolsMemory } from "./tool-memory.ts"
import { versionsOf } from "./tool-commands.ts"
import { ToolsProgress } from "./tool-progress.ts"
import { type Wanted, type Wish, wishOf } from "./tool-wish.ts"

export interface ToolImagesNeeds
  extends BuildNeeds, Pick<SandboxNeeds, "disk" | "runtimeFolder" | "toolChains" | "background"> {
  isRunning(loop: LoopId): boolean
}

/** What a loop's container is made with. `config`: what `mise` reads inside. */
export interface Furnished {
  image: string
  config?: string
}

type OnStep = (step: StartStep) => void

/**
 * The images with tools of this workspace, each made once for all loops with the same tools. Disposal waits until what
 * the signal has ended is cleared away.
 */
export interface ToolImages extends AsyncDisposable {
  /** The image for a start, made if need be; the base where there are no tools or they were not to be had. */
  furnish(loop: LoopId, base: ToolsBase, onStep: OnStep): Promise<Furnished>
  /** What a start would be made with, without making or waiting. */
  planned(loop: LoopId, base: ToolsBase): Promise<Furnished>
  /** A container that an earlier server made is there: with this image. */
  found(loop: LoopId, image: string, base: ToolsBase): Promise<Furnished>
  /** Makes again what failed. Resolves when that has begun. */
  again(loop: LoopId, base: ToolsBase): Promise<void>
  state(loop: LoopId): ToolsState | undefined
  /** Of the tools that its container was made with; empty where that is not known. */
  versions(loop: LoopId): ReadonlyMap<string, string>
  /** With each loop whose state is another one. */
  onChange(listener: (loop: LoopId) => void): () => void
  /** It is gone, or its container is. */
  forget(loop: LoopId): void
  /** These images are gone. */
  forgetImages(tags: readonly string[]): Promise<void>
  /** What is there is looked for again by the next start. */
  lookAgain(): void
  /** Tags that must stay: they are being made. */
  making(): ReadonlySet<string>
  readonly memory: ToolsMemory
}

type Entry =
  | { kind: "making"; run: ToolsRun | undefined }
  /** `sure`: nobody but this server can have removed it since it was seen. */
  | { kind: "ready"; sure: boolean; versions: ReadonlyMap<string, string> }
  | { kind: "failed"; failure: ToolsFailure }

/** What one loop has to do with tools. `madeWith`: the image of its container, once there is one. */
interface Standing {
  tag?: string
  failure?: ToolsFailure
  madeWith?: string
}

const buildsAtOnce = 2

export const createToolImages = (needs: ToolImagesNeeds): ToolImages => new KeptToolImages(needs)

class KeptToolImages implements ToolImages {
  readonly #needs: ToolImagesNeeds
  readonly #slots = createSlots(buildsAtOnce)
  readonly #entries = new Map<string, Entry>()
  readonly #making = new Map<string, Promise<boolean>>()
  readonly #loops = new Map<LoopId, Standing>()
  readonly #listeners = new Set<(loop: LoopId) => void>()
  readonly memory: ToolsMemory
  #lastTook: number | undefined

  constructor(needs: ToolImagesNeeds) {
    this.#needs = needs
    this.memory = createToolsMemory(needs.disk, needs.runtimeFolder, needs.log)
  }

  async furnish(loop: LoopId, base: ToolsBase, onStep: OnStep): Promise<Furnished> {
    const asked = await wishOf(this.#needs, loop, base)
    if (asked.kind !== "wanted") return this.#without(loop, asked, base)
    const { tag, chain } = asked
    this.#stand(loop, { tag })
    const image = (await this.#ensure(asked, onStep)) ? tag : base.image
    this.#stand(loop, { tag, madeWith: image })
    if (image === tag)
      await bestEffort(this.#needs.log, "note that an image is used", () =>
        this.memory.used(tag, this.#needs.clock.now()),
      )
    return { image, config: chain.config }
  }

  async planned(loop: LoopId, base: ToolsBase): Promise<Furnished> {
    const asked = await wishOf(this.#needs, loop, base)
    if (asked.kind !== "wanted") return { image: base.image }
    const failed = this.#entries.get(asked.tag)?.kind === "failed"
    return { image: failed ? base.image : asked.tag, config: asked.chain.config }
  }

  async found(loop: LoopId, image: string, base: ToolsBase): Promise<Furnished> {
    const asked = await wishOf(this.#needs, loop, base)
    if (asked.kind !== "wanted") return this.#without(loop, asked, base)
    const { tag, chain } = asked
    const failure = await this.#recall(tag)
    if (failure && !this.#entries.has(tag)) this.#entries.set(tag, { kind: "failed", failure })
    this.#stand(loop, { tag, madeWith: image })
    return { image: image === tag ? tag : base.image, config: chain.config }
  }

  async again(loop: LoopId, base: ToolsBase): Promise<void> {
    const asked = await wishOf(this.#needs, loop, base)
    const { madeWith } = this.#loops.get(loop) ?? {}
    if (asked.kind !== "wanted") return void this.#without(loop, asked, base)
    const { tag } = asked
    if (this.#entries.get(tag)?.kind === "failed") this.#entries.delete(tag)
    await bestEffort(this.#needs.log, "forget that tools were not to be had", () => this.memory.failed(tag, undefined))
    this.#stand(loop, { tag, ...(madeWith !== undefined && { madeWith }) })
    this.#needs.background.run("make an image with tools again", () => this.#ensure(asked, () => undefined))
  }

  state(loop: LoopId): ToolsState | undefined {
    const { tag, failure } = this.#loops.get(loop) ?? {}
    if (failure) return { state: "failed", failure }
    const entry = tag === undefined ? undefined : this.#entries.get(tag)
    switch (entry?.kind) {
      case undefined:
        return undefined
      case "failed":
        return { state: "failed", failure: entry.failure }
      case "making":
        return entry.run && { state: "building", run: entry.run }
      case "ready":
        return this.#isBehind(loop) ? { state: "restart" } : undefined
    }
  }

  versions(loop: LoopId): ReadonlyMap<string, string> {
    const { madeWith } = this.#loops.get(loop) ?? {}
    const entry = madeWith === undefined ? undefined : this.#entries.get(madeWith)
    return entry?.kind === "ready" ? entry.versions : new Map()
  }

  /** It runs, and what it runs with is not what it should have. */
  #isBehind(loop: LoopId): boolean {
    const { tag, madeWith } = this.#loops.get(loop) ?? {}
    return madeWith !== undefined && madeWith !== tag && this.#needs.isRunning(loop)
  }

  onChange(listener: (loop: LoopId) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  forget(loop: LoopId): void {
    if (this.#loops.delete(loop)) this.#changed(loop)
  }

  async forgetImages(tags: readonly string[]): Promise<void> {
    for (const tag of tags) if (this.#entries.get(tag)?.kind === "ready") this.#entries.delete(tag)
    await this.memory.forget(tags)
  }

  lookAgain(): void {
    for (const entry of this.#entries.values()) if (entry.kind === "ready") entry.sure = false
  }

  making(): ReadonlySet<string> {
    return new Set(this.#making.keys())
  }

  #without(loop: LoopId, asked: Exclude<Wish, { kind: "wanted" }>, base: ToolsBase): Furnished {
    if (asked.kind === "failed") this.#stand(loop, { failure: asked.failure, madeWith: base.image })
    else this.forget(loop)
    return { image: base.image }
  }

  #stand(loop: LoopId, standing: Standing): void {
    this.#loops.set(loop, standing)
    this.#changed(loop)
  }

  async #ensure(wanted: Wanted, onStep: OnStep): Promise<boolean> {
    const { tag } = wanted
    const known = this.#entries.get(tag)
    if (known?.kind === "failed") return false
    if (known?.kind === "ready" && known.sure) return true
    let making = this.#making.get(tag)
    if (!making) {
      making = this.#make(wanted).finally(() => this.#making.delete(tag))
      this.#making.set(tag, making)
    }
    const leave = this.#tellSteps(tag, onStep)
    try {
      return await making
    } finally {
      leave()
    }
  }

  /** Each waiting start hears each step once. */
  #tellSteps(tag: string, onStep: OnStep): () => void {
    let last = ""
    const tell = () => {
      const entry = this.#entries.get(tag)
      const step = entry?.kind === "making" ? entry.run?.step : undefined
      const text = step?.tool === undefined ? "Installing tools." : `Installing ${step.tool}.`
      if (!step || text === last) return
      last = text
      onStep({ step: "tools", text })
    }
    tell()
    return this.onChange(tell)
  }

  async #make(wanted: Wanted): Promise<boolean> {
    const { processes, settings, signal } = this.#needs
    const { tag } = wanted
    try {
      const failure = await this.#recall(tag)
      if (failure) return this.#settle(tag, { kind: "failed", failure })
      const { code, text } = await processes.run(inspectImage(settings.podman, tag), { signal })
      if (code === 0) return this.#settle(tag, { kind: "ready", sure: true, versions: versionsOf(text) })
      this.#entries.set(tag, { kind: "making", run: undefined })
      return await this.#slots(() => this.#build(wanted))
    } catch (error) {
      return this.#fail(wanted, error)
    }
  }

  async #build(wanted: Wanted): Promise<boolean> {
    const { clock, log, toolChains } = this.#needs
    const { tag, recipe } = wanted
    const tell = (run: ToolsRun) => this.#enter(tag, { kind: "making", run })
    using progress = new ToolsProgress({ clock, tools: recipe.tools, lastTook: this.#lastTook, tell })
    try {
      await buildTools(this.#needs, { ...wanted, mayDownload: toolChains?.mayDownload() ?? false }, progress)
    } catch (error) {
      return await this.#fail(wanted, error, progress)
    }
    this.#lastTook = clock.now() - progress.run.startedAt
    log.info("an image with tools is ready", { tag, tools: recipe.tools, took: this.#lastTook })
    return this.#settle(tag, { kind: "ready", sure: true, versions: progress.versions })
  }

  async #fail({ tag, chain }: Wanted, error: unknown, begun?: ToolsProgress): Promise<boolean> {
    const { clock, log, signal } = this.#needs
    if (signal.aborted) return this.#giveUp(tag)
    if (!(error instanceof CommandFailed)) log.error("making an image with tools failed", { tag, error })
    const { tool, last: lines = [] } = begun ?? {}
    const fault = toolsFault(error, lines, tool)
    const failure = { at: clock.now(), fault, lines, tier: chain.tier, ...(tool !== undefined && { tool }) }
    log.warn("tools were not to be had", { tag, tool, code: fault.code, detail: fault.detail })
    await bestEffort(log, "note that tools were not to be had", () => this.memory.failed(tag, failure))
    return this.#settle(tag, { kind: "failed", failure })
  }

  /** What an earlier server met. A hint, no more: where it cannot be read, the tools are tried once again. */
  async #recall(tag: string): Promise<ToolsFailure | undefined> {
    try {
      const failure = (await this.memory.read()).failed[tag]
      return failure && failureOf(failure)
    } catch (error) {
      this.#needs.log.warn("what is remembered of tools cannot be read", { error })
      return undefined
    }
  }

  #giveUp(tag: string): boolean {
    this.#entries.delete(tag)
    return false
  }

  #settle(tag: string, entry: Entry): boolean {
    this.#enter(tag, entry)
    return entry.kind === "ready"
  }

  #enter(tag: string, entry: Entry): void {
    this.#entries.set(tag, entry)
    for (const [loop, standing] of this.#loops) if (standing.tag === tag) this.#changed(loop)
  }

  #changed(loop: LoopId): void {
    for (const listener of this.#listeners) listener(loop)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#making.values())
  }
}
