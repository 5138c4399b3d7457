import { afterAll, beforeAll, expect, test } from "bun:test"
import { parseEnvName } from "../lib/ids.ts"
import { systemIds } from "../platform/clock.ts"
import { Secret } from "../platform/secret.ts"
import { repoName, userName } from "../testing/loops.ts"
import { type RealAgent, realAgent } from "../testing/real-agent.ts"
import { limit } from "../testing/real-looks.ts"
import { createVault } from "../vault/index.ts"
import { workInside } from "./work-inside.ts"

let real: RealAgent
beforeAll(async () => {
  const roster = [{ name: repoName("app"), git: "", access: "hosted" as const }]
  real = await realAgent({}, { contexts: true, roster })
}, limit)
afterAll(() => real[Symbol.asyncDispose](), limit)

test(
  "what looks like a secret, or holds a value of the driver's vault, is named of a loop that runs and of one that rests",
  async () => {
    const { world, sandboxes } = real
    const { disk, clock, loops } = world
    const settings = { personal: async () => ({ kind: "read" as const, value: {}, raw: {} }) }
    const vault = createVault({ disk, home: world.home, settings })
    const { record } = await real.loop("bypassPermissions", { repo: "app" })
    const name = parseEnvName("TOKEN")
    if (!name) throw new Error("no name")
    await vault.write({ user: userName("alice"), vault: record.vault, name }, new Secret("canary-of-a-vault"))
    const spec = await loops.sandboxSpec(record.id)
    const started = spec && (await sandboxes.start(spec))
    if (started?.kind !== "ready") throw new Error(JSON.stringify(started))
    const script = "echo A=1 >.env; echo canary-of-a-vault >conf; echo plain >plain"
    const { code } = await started.box.capture({ argv: ["bash", "-euc", script] })
    expect(code).toBe(0)

    const look = workInside({ sandboxes, disk, clock, ids: systemIds, vault, loops: () => loops })
    const named = [
      { path: ".env", what: "name" },
      { path: "conf", what: "stored" },
    ]
    const inWorkdir = async () => (await look(record.id))?.find(({ checkout }) => checkout === "workdir")
    expect(await inWorkdir()).toMatchObject({ uncommitted: [".env", "conf", "plain"], suspects: named })
    await sandboxes.stop(record.id, "a test")
    expect(sandboxes.running(record.id)).toBeUndefined()
    expect(await inWorkdir()).toMatchObject({ uncommitted: [".env", "conf", "plain"], suspects: named })
  },
  limit,
)
