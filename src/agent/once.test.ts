import { expect, test } from "bun:test"
import { agentPages } from "../testing/agent-pages.tsx"
import { atWork } from "../testing/agents.ts"
import { linkWorld } from "../testing/link-world.ts"

test("a command of the terminal's form is a line of the transcript like one with `!`, and what is no command is none", async () => {
  await using link = await linkWorld()
  const { box } = await link.guest()
  await using w = await agentPages({ agent: { inside: (_, work) => work(box) } })
  const { loop } = await atWork(w)
  expect(await w.agent.runOnce(loop, "echo hello; exit 3")).toMatchObject({
    kind: "ran",
    line: { by: "alice", command: "echo hello; exit 3", text: "hello\n", exit: 3, how: "ended", agentSees: true },
  })
  expect((await w.seen(loop, "shell")).flatMap((event) => (event.kind === "shell" ? event.command : []))).toEqual([
    "echo hello; exit 3",
  ])
  expect(await w.agent.runOnce(loop, " ")).toEqual({ kind: "no-command" })
})
