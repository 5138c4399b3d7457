import type { DrivenLoop, EventOf, TranscriptEvent } from "../loops/index.ts"
import type { RealAgent } from "./real-agent.ts"

// Looks at a transcript, for the tests that run the real agent.
/** Milliseconds that one test with real processes may take. */
export const limit = 120_000
export const count = (events: TranscriptEvent[], kind: TranscriptEvent["kind"]) =>
  events.filter((event) => event.kind === kind).length
export const ended = (turns: number) => (events: TranscriptEvent[]) =>
  events.filter(({ kind }) => kind === "turn-finished" || kind === "turn-failed").length >= turns
const isAsked = (event: TranscriptEvent): event is EventOf<"asked"> => event.kind === "asked"
export const asked = (nth: number) => (events: TranscriptEvent[]) => events.filter(isAsked)[nth - 1]
export const file = async (on: RealAgent, loop: DrivenLoop, name: string) =>
  new TextDecoder().decode(await on.box(loop).files.read("workdir", name))
export const commands = async (on: RealAgent, loop: DrivenLoop) =>
  (await on.box(loop).processes()).map(({ command }) => command)
export const calls =
  (tool: string, times = 1) =>
  (events: TranscriptEvent[]) =>
    events.filter((event) => event.kind === "agent" && JSON.stringify(event.message).includes(`"name":"${tool}"`))
      .length >= times

export const questions = JSON.stringify({
  questions: [
    {
      question: "Which colour?",
      header: "Colour",
      multiSelect: false,
      options: [
        { label: "Red", description: "warm" },
        { label: "Blue", description: "cool" },
      ],
    },
  ],
})

export async function until(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await look()); tries++) {
    if (tries > 1_000) throw new Error("it never came true")
    await Bun.sleep(30)
  }
}
