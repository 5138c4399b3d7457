import { type Command, CommandFailed } from "../platform/process/command.ts"
import type { Processes, RunOptions } from "../platform/process/processes.ts"

export interface Answer {
  code?: number
  text?: string
  stderr?: string
  missing?: boolean
}

/** Programs that are not really run: each call is recorded and answered by the script. */
export interface ScriptedProcesses extends Processes {
  readonly calls: Command[]
}

export function scriptedProcesses(answer: (command: Command) => Answer | Promise<Answer>): ScriptedProcesses {
  const calls: Command[] = []
  const counts = new Map<string, number>()
  return {
    calls,
    counts,
    async run(command: Command, { onOutput }: RunOptions = {}) {
      calls.push(command)
      const [program] = command.argv
      counts.set(program, (counts.get(program) ?? 0) + 1)
      const { code = 0, text = "", stderr = "", missing } = await answer(command)
      if (missing) throw new CommandFailed("missing", program)
      const stdout = new TextEncoder().encode(text)
      onOutput?.(stdout, "stdout")
      if (!(command.answers ?? [0]).includes(code)) throw new CommandFailed("exit", program, { code, stderr })
      return { code, stdout, text, stderr }
    },
    start() {
      throw new Error("a scripted program cannot be started")
    },
    async [Symbol.asyncDispose]() {},
  }
}
