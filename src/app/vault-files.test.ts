import { expect, test } from "bun:test"
import { agentOutcomes } from "../lib/i18n/agent-outcomes.ts"
import { createBackground } from "../platform/background.ts"
import { silentLog } from "../platform/log.ts"
import type { Deed } from "../accounts/audit.ts"
import { person, testLoops, userName } from "../testing/loops.ts"
import { vaultFiles } from "./vault-files.ts"

async function world() {
  const here = await testLoops()
  const created = await here.loops.create({ clientId: "c" }, person("alice"))
  if (created.kind !== "created") throw new Error(created.kind)
  await here.told("loop.ready", created.loop)
  const deeds: Deed[] = []
  const asked: string[] = []
  const background = createBackground(silentLog)
  const files = vaultFiles({
    vault: {
      async homeFiles(user, vault) {
        asked.push(`${user} ${vault}`)
        return {
          files: [{ path: ".ssh/id", executable: false, changedAt: 0, content: Buffer.from("key") }],
          leftOut: [],
        }
      },
    },
    loops: () => here.loops,
    audit: async (deed) => void deeds.push(deed),
    background,
  })
  return {
    ...{ ...here, files, deeds, asked, loop: created.loop },
    async notices() {
      await background[Symbol.asyncDispose]()
      const { events } = await here.loops.transcript(created.loop).after(0, 1 << 20)
      return events.flatMap((event) => (event.kind === "notice" ? [[event.code, event.level, event.text]] : []))
    },
  }
}

test("a loop gets the files of its driver's vault, of the one that it was given", async () => {
  await using w = await world()
  expect((await w.files.of(w.loop)).map(({ path }) => path)).toEqual([".ssh/id"])
  await w.loops.change(w.loop, (record) => ({ ...record, driver: userName("bob") }))
  await w.files.of(w.loop)
  expect(w.asked).toEqual(["alice default", "bob default"])
})

test("each handing over is a line of the audit with names only, and the driver reads what was moved and what did not fit", async () => {
  await using w = await world()
  w.files.delivered(w.loop, {
    names: [".ssh", ".npmrc"],
    moved: [{ entry: ".npmrc", to: ".before-vault/.npmrc" }],
    leftOut: [{ path: "a\u202eb", why: "no space left" }],
  })
  expect(await w.notices()).toEqual([
    ["sandbox-vault-moved", "info", "~/.before-vault/.npmrc"],
    ["sandbox-vault-left-out", "warning", "a\\u202eb (no space left)"],
  ])
  expect(w.deeds).toEqual([
    {
      ...{ actor: "alice", via: "system", action: "vault.delivered", object: w.loop, outcome: "ok" },
      why: "default: .ssh, .npmrc",
    },
  ])
  const said = (locale: "en" | "zh", code: string) => agentOutcomes(locale).notice(code, "~/.before-vault/.npmrc")
  expect(said("en", "sandbox-vault-moved")).toEndWith("What was there before is kept: ~/.before-vault/.npmrc.")
  for (const code of ["sandbox-vault-moved", "sandbox-vault-left-out"]) {
    expect(said("zh", code)).toContain("~/.before-vault/.npmrc")
    expect(said("zh", code)).not.toBe(said("en", code))
  }
  // What has no sentence is still told as it was written.
  expect(agentOutcomes("en").notice("constructor", "as it was")).toBe("as it was")
})

test("a handing over without anything to say leaves no notice, and a long list is cut", async () => {
  await using w = await world()
  w.files.delivered(w.loop, { names: Array.from({ length: 30 }, (_, at) => `f${at}`), moved: [], leftOut: [] })
  expect(await w.notices()).toEqual([])
  expect(w.deeds[0]?.why).toEndWith("f18, f19 … (30)")
})
