import type { Clock } from "../platform/clock.ts"
import { type BuildLog, createBuildLog } from "./build-log.ts"
import type { ToolsRun } from "./contract.ts"

export interface ToolsProgressNeeds {
  clock: Clock
  tools: readonly string[]
  lastTook?: number | undefined
  tell(run: ToolsRun): void
}

type Step = NonNullable<ToolsRun["step"]>

const stepMark = "loopat-step: "
const toolMark = "loopat-tool: "
const lastLines = 20

/** The making of one image with tools, told as it goes: a step for each tool, and the lines that were printed. */
export class ToolsProgress implements Disposable {
  readonly #needs: ToolsProgressNeeds
  readonly #log: BuildLog
  /** What was installed, by the names of the tools. */
  readonly versions = new Map<string, string>()
  #run: ToolsRun

  constructor(needs: ToolsProgressNeeds) {
    this.#needs = needs
    this.#log = createBuildLog({
      clock: needs.clock,
      grown: () => this.#change({}),
      quiet: (isQuiet) => this.#change({ quietSince: isQuiet ? this.#log.lastAt : undefined }),
    })
    const { clock, lastTook } = needs
    this.#run = { startedAt: clock.now(), log: this.#log.lines, ...(lastTook !== undefined && { lastTook }) }
  }

  get run(): ToolsRun {
    return this.#run
  }

  /** The tool that is being installed. */
  get tool(): string | undefined {
    return this.#run.step?.tool
  }

  /** The end of the log. */
  get last(): readonly string[] {
    return this.#log.lines.slice(-lastLines)
  }

  step(name: Step["name"], tool?: string): void {
    const { tools, clock } = this.#needs
    const of = tools.length + 3
    const numbers = { begin: 1, tool: tools.indexOf(tool ?? "") + 2, links: of - 1, store: of }
    this.#log.add(`[${numbers[name]}/${of}] ${tool ?? name}`)
    this.#change({ step: { name, number: numbers[name], of, at: clock.now(), ...(tool !== undefined && { tool }) } })
  }

  /** What the build prints; `loopat-step: …` begins a step. */
  output(piece: Uint8Array): void {
    this.#log.feed(piece, (line) => {
      if (line.startsWith(toolMark)) return this.#installed(line.slice(toolMark.length))
      const [name, ...rest] = line.startsWith(stepMark) ? line.slice(stepMark.length).split(" ") : []
      const tool = rest.join(" ")
      if (name === "tool" && this.#needs.tools.includes(tool)) this.step("tool", tool)
      else if (name === "links") this.step("links")
      else this.#log.add(line)
      return undefined
    })
  }

  #installed(text: string): void {
    const [name = "", version = ""] = text.split(" ")
    if (this.#needs.tools.includes(name) && /^[\w.+:@~/-]{1,100}$/.test(version)) this.versions.set(name, version)
  }

  line(text: string): void {
    this.#log.add(text)
  }

  #change({ quietSince, ...what }: Partial<Omit<ToolsRun, "quietSince">> & { quietSince?: number | undefined }): void {
    const { quietSince: _, ...before } = this.#run
    this.#run = { ...before, ...what, ...(quietSince !== undefined && { quietSince }) }
    this.#needs.tell(this.#run)
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]()
  }
}
