/** Bare programs inside a loop's own container: what a path costs without the server and the link. */
import { output } from "./programs.ts"

/** Runs a script there with the runtime of the mounted executable; its output. `stays`: nobody waits for its end. */
export const runScript = (container: string, script: string, { stays = false } = {}): Promise<string> =>
  output([
    ...["podman", "exec", "--user", "2000", "--env", "BUN_BE_BUN=1", ...(stays ? ["--detach"] : []), container],
    ...["/opt/loopat/bin/loopat", "-e", script],
  ])

export interface BareShell extends AsyncDisposable {
  /** Milliseconds until all that the command prints has come. */
  run(command: string): Promise<number>
}

const end = "--end-of-the-command--"

/** A shell at the other end of a bare pipe, kept open. */
export function bareShell(container: string, folder: string): BareShell {
  const argv = ["podman", "exec", "--interactive", "--user", "2000", "--workdir", folder, container, "sh"]
  const child = Bun.spawn(argv, { stdin: "pipe", stdout: "pipe", stderr: "ignore" })
  const reader = child.stdout.getReader()
  return {
    async run(command) {
      const begun = performance.now()
      await child.stdin.write(`${command}; printf '%s' ${end}\n`)
      await child.stdin.flush()
      let tail = ""
      while (!tail.endsWith(end)) {
        const { value, done } = await reader.read()
        if (done) throw new Error("the bare shell ended")
        tail = (tail + Buffer.from(value.subarray(-end.length)).toString("latin1")).slice(-end.length)
      }
      return performance.now() - begun
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL")
      await child.exited
    },
  }
}
