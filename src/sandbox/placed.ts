import type { LoopId } from "../lib/ids.ts"
import type { Adopted, Sandboxes, SandboxSpec, StartFailed, StartOutcome, StartStep } from "./contract.ts"
import type { Lives } from "./lives-needs.ts"
import type { SandboxNeeds } from "./needs.ts"
import { createPlaces } from "./places.ts"

type Options = NonNullable<Parameters<Sandboxes["start"]>[1]>

/** The lives of containers, of which only so many run at a time. */
export interface Placed extends Disposable {
  /** `place:<n>` is the step of who waits for a free place as the n-th. */
  start(spec: SandboxSpec, options: Options): Promise<StartOutcome>
  stop(loop: LoopId, reason: string): Promise<void>
  remove(loop: LoopId, name: string): Promise<void>
  adopt(known: (loop: LoopId) => Promise<SandboxSpec | undefined>): Promise<Adopted[]>
}

const gaveUp: StartFailed = { kind: "failed", reason: "stopped", detail: "Nobody waited for a free place any more." }

export function createPlaced(lives: Lives, { places: rules, clock, log }: SandboxNeeds): Placed {
  const places =
    rules &&
    createPlaces({
      ...{ rules, clock, log },
      isRunning: (loop) => lives.running(loop) !== undefined,
      stop: (loop) => lives.stop(loop, "another loop needs the place"),
    })

  async function begin(spec: SandboxSpec, onStep: (step: StartStep) => void): Promise<StartOutcome> {
    const outcome = await lives.start(spec, onStep)
    if (outcome.kind === "ready") outcome.box.gone.addEventListener("abort", () => places?.look(), { once: true })
    return outcome
  }

  return {
    async start(spec, { signal, onStep = () => undefined }) {
      if (!places) return begin(spec, onStep)
      const { loop, driver } = spec
      const waits = (position: number) =>
        onStep({ step: `place:${position}`, text: `Waiting for a free place, as number ${position}.` })
      return (await places.within({ loop, driver, waits, signal }, () => begin(spec, onStep))) ?? gaveUp
    },
    async stop(loop, reason) {
      await lives.stop(loop, reason)
      places?.look()
    },
    async remove(loop, name) {
      await lives.remove(loop, name)
      places?.look()
    },
    async adopt(known) {
      const adopted = await lives.adopt(known)
      for (const { loop, outcome } of adopted) {
        const spec = outcome === "attached" ? await known(loop) : undefined
        if (spec) places?.keep(loop, spec.driver)
      }
      return adopted
    },
    [Symbol.dispose]: () => places?.[Symbol.dispose](),
  }
}
