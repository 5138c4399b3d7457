import { expect, test } from "bun:test"
import { realAgent } from "../testing/real-agent.ts"
import { calls, ended, limit } from "../testing/real-looks.ts"

// Real podman and the real agent, which stops in the middle of a question of ours.

test(
  "an agent that ends before it has answered the server holds nothing up: stop works, the next message works, the server ends",
  async () => {
    const server = await realAgent()
    try {
      const loop = await server.loop()
      await server.send(loop, "#bash tail -f /dev/null\n#say never")
      await server.wait(loop, calls("Bash"), "the command")
      await server.box(loop).capture({ argv: ["pkill", "-STOP", "-x", "claude"] })
      // It is told the new mode, and to stop, and cannot answer.
      await server.agent.work.setMode(loop, "default")
      await server.agent.work.stop(loop)
      const end = await server.wait(loop, (all) => all.find(({ kind }) => kind === "turn-finished"), "the end")
      expect(end).toMatchObject({ outcome: "interrupted" })
      await server.send(loop, "#say back again")
      await server.wait(loop, ended(2), "the next turn")
      const { events } = await server.world.loops.transcript(loop.record.id).after(0, 8 << 20)
      expect(JSON.stringify(events)).toContain('"text":"back again"')
    } finally {
      await server[Symbol.asyncDispose]()
    }
  },
  limit,
)
