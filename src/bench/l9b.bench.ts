import { join } from "node:path"
import { agentArguments, quiet, userLine } from "./harness/bare-agent.ts"
import type { Bench } from "./harness/bench.ts"
import { pinned, until } from "./harness/programs.ts"
import { repository } from "./harness/repository.ts"
import { agentProgram } from "./harness/server.ts"
import { bareRun, createWorking } from "./harness/working.ts"

/** `created → model asked`, beside a container with the same flags whose program is the agent. */
export const bench: Bench = {
  ids: ["L9b"],
  async run({ ratio, ...world }) {
    const { report, mark, folder } = world
    const repos = [{ name: "small", git: await repository(join(folder, "small"), 10) }]
    const working = await createWorking({ ratio, ...world }, {}, { repos })
    const { server, model } = working
    const created = async () => {
      const asked = model.nextRequest()
      const begun = performance.now()
      const form = { clientId: crypto.randomUUID(), title: "Bench", message: "hello", repo: "small" }
      const answer = await server.visitor.post("/loops", form)
      const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(answer.headers.get("location") ?? "")?.[0] ?? ""
      return { id, ms: (await asked) - begun }
    }
    const warm = await created()
    await until("it runs", async () => (await working.container(warm.id)) !== "")
    const { flags, image } = await bareRun(await working.container(warm.id), mark)
    const counted = await server.counted(created)
    report.count("L9b", "podman calls", counted.value("processes_total", { program: "podman" }))
    const walls: number[] = []
    const env = Object.entries({
      ...quiet,
      ANTHROPIC_BASE_URL: "http://127.0.0.1:4180",
      ANTHROPIC_UNIX_SOCKET: "/run/loopat/gateway.sock",
    })
    await ratio("L9b", "bare container start + agent", {
      slow: true,
      async ours() {
        const { ms } = await created()
        walls.push(ms)
        return ms
      },
      async bare() {
        const asked = model.nextRequest()
        const begun = performance.now()
        const variables = env.map(([name, value]) => `--env=${name}=${value}`)
        const child = Bun.spawn(
          pinned([
            "podman",
            "run",
            "--rm",
            "-i",
            ...flags,
            ...variables,
            image,
            "/opt/loopat/bin/claude",
            ...agentArguments,
          ]),
          { stdin: "pipe", stdout: "ignore", stderr: "ignore" },
        )
        await child.stdin.write(userLine("hello"))
        await child.stdin.flush()
        const ms = (await asked) - begun
        await child.stdin.end()
        await child.exited
        return ms
      },
    })
    report.wall("L9b", "request leaves", walls)
    report.note("L9b", `the bare thing has the agent's own start in it (${agentProgram.split("/").at(-1)})`)
  },
}
