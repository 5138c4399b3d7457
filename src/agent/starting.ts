import type { TurnId } from "../lib/ids.ts"
import type { LoopRecord } from "../loops/index.ts"
import { bestEffort } from "../platform/log.ts"
import {
  type Box,
  type ImageHealth,
  LinkFailed,
  type SandboxSpec,
  type StartFailed,
  type StartOutcome,
} from "../sandbox/index.ts"
import type { Companion } from "./companion.ts"
import type { ActorNeeds } from "./actor.ts"
import type { Ear } from "./ear.ts"
import type { Choice } from "./needs.ts"
import { createScrubber } from "./scrub.ts"
import type { AgentEvent, Failure } from "./turn.ts"

/** From an accepted message to an agent that can hear it. */
export interface Starting {
  readonly choice: Choice | undefined
  /** What a start is at: a step of the sandbox, or `agent`. */
  readonly step: string | undefined
  /** The base image, while the start waits for it. */
  readonly image: ImageHealth | undefined
  /** A start is under way, also one that nobody waits for any more. */
  readonly busy: boolean
  /** Ends by dispatching `ready` or `start-failed` for this turn. */
  begin(turn: TurnId): void
  /** Gives up a start that nobody waits for any more. */
  cancel(): void
  /** Joins an agent that runs already, if its sandbox does. */
  join(record: LoopRecord): Promise<boolean>
}

export interface StartingNeeds extends ActorNeeds {
  companion: Companion
  ear: Pick<Ear, "scrubWith">
  dispatch(event: AgentEvent): void
  /** A start is over, however it ended. */
  over(): void
}

export function createStarting(needs: StartingNeeds): Starting {
  const { loop, loops, sandboxes, gateway, companion, dispatch } = needs
  let choice: Choice | undefined
  let step: string | undefined
  let attempt: AbortController | undefined
  let before: Promise<unknown> = Promise.resolve()
  let under = 0
  let givenUp: AbortSignal | undefined

  async function tryOnce(turn: TurnId, signal: AbortSignal): Promise<Failure | undefined> {
    const record = await loops.record(loop)
    const spec = await loops.sandboxSpec(loop)
    if (!record || !spec) return notPrepared
    choice = await gateway.pick(loop)
    if (choice.kind === "no-provider") return noProvider(choice)
    await learnSecrets(record)
    const started = await startShown(spec, signal)
    if (started.kind === "failed") return startFailure(started)
    if (await needs.isFull?.(loop)) return diskUsedUp
    at("agent")
    if (!companion.agent) await needs.beforeStart?.(loop)
    needs.events.announce("turn.begins", { loop, turn })
    const ensured = await companion.ensure({ box: started.box, record, turn, ...choice }).catch(giveUpSandbox)
    if (ensured.kind === "failed") return agentFailure(ensured.detail)
    // Its end was told before the turn began, and nobody would tell it again.
    return companion.agent ? undefined : agentFailure("the agent ended as soon as it had started")
  }

  /** Whoever waits for the base image sees how it comes about. */
  async function startShown(spec: SandboxSpec, signal: AbortSignal): Promise<StartOutcome> {
    const leave = sandboxes.onHealth(() => step === "image" && needs.live.changed())
    try {
      return await sandboxes.start(spec, { signal, onStep: (next) => at(next.step) })
    } finally {
      leave()
    }
  }

  /** One whose guest answers nothing, or nonsense, would answer the next try no better: that begins with another. */
  async function giveUpSandbox(error: unknown): Promise<never> {
    if (error instanceof LinkFailed && (error.kind === "timeout" || error.kind === "protocol"))
      await bestEffort(needs.log, "stop a sandbox that does not answer", () => sandboxes.stop(loop, "no answer"))
    throw error
  }

  function at(next: string): void {
    step = next
    needs.live.changed()
  }

  async function learnSecrets(record: LoopRecord): Promise<void> {
    const values = await needs.secretsOf(record)
    needs.ear.scrubWith(createScrubber(values))
    needs.live.hide(values)
  }

  async function run(turn: TurnId, signal: AbortSignal): Promise<void> {
    const failure = await tryOnce(turn, signal).catch((error: unknown) => {
      needs.log.error("could not start the agent", { loop, error })
      return agentFailure(error instanceof Error ? error.message : String(error))
    })
    // Somebody else's start goes on with what runs by now; one that was given up leaves nothing behind.
    if (signal.aborted) return givenUp === signal ? companion.end() : undefined
    dispatch(failure ? { kind: "start-failed", turn, failure } : { kind: "ready", turn })
  }

  return {
    get choice() {
      return choice
    },
    get step() {
      return step
    },
    get image() {
      return step === "image" ? sandboxes.health().image : undefined
    },
    get busy() {
      return under > 0
    },
    begin(turn) {
      attempt?.abort()
      step = undefined
      const mine = new AbortController()
      attempt = mine
      needs.background.run("start an agent", (stop) => {
        stop.addEventListener("abort", () => mine.abort(), { once: true })
        // The one before must be over: a loop has at most one agent.
        under++
        before = before
          .catch(alreadyTold)
          .then(() => run(turn, mine.signal))
          .finally(() => {
            under--
            needs.over()
          })
        return before
      })
    },
    cancel() {
      givenUp = attempt?.signal
      attempt?.abort()
    },
    async join(record) {
      const box: Box | undefined = sandboxes.running(loop)
      if (!box) return false
      await learnSecrets(record)
      choice = await gateway.pick(loop)
      return companion.join(box, record)
    },
  }
}

/** Whoever ran it has logged why, and the next start must not be kept from its own try. */
const alreadyTold = () => undefined

const notPrepared: Failure = {
  reason: "not-prepared",
  sentence: "This loop is not ready yet. The message is kept and can be tried again.",
  action: "retry",
}

const diskUsedUp: Failure = {
  reason: "loop-disk-full",
  sentence: "This loop has used up its disk. The message is kept: remove files, then try again.",
  action: "retry",
}

function noProvider(choice: Extract<Choice, { kind: "no-provider" }>): Failure {
  const missing = choice.missing
    ? `The provider ${choice.missing.provider} needs the variable ${choice.missing.variable} in the vault ${choice.vault}.`
    : "No model provider is set up."
  return {
    reason: "no-provider",
    sentence: `${missing} The message is kept: add a provider or its key, then try again.`,
    action: "settings",
    ...(choice.missing && missingKey(choice.missing, choice.vault)),
  }
}

/** In the form in which the gateway says it, so that a person reads it in the own language. */
function missingKey({ provider, variable }: Missing, vault: string): Pick<Failure, "detail" | "refused"> {
  const about = { provider, model: "", status: 0, at: 0, detail: "" }
  return {
    detail: `${vault}/${variable}`,
    refused: { kind: "no-provider", ...about, missing: { variable, vault } },
  }
}

type Missing = NonNullable<Extract<Choice, { kind: "no-provider" }>["missing"]>

function startFailure({ reason, detail, remedy }: StartFailed): Failure {
  const text = [detail, remedy].filter((part) => part !== undefined && part !== "").join("\n")
  return {
    reason,
    sentence: "The sandbox could not be started. The message is kept and can be tried again.",
    action: reason === "image-missing" ? "image" : "retry",
    detail: text,
  }
}

const agentFailure = (detail: string): Failure => ({
  reason: "agent-start",
  sentence: "The agent's program could not be started. The message is kept and can be tried again.",
  action: "retry",
  detail,
})
