import { expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import { testMiseImage } from "../testing/mise-image.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import type { ToolChain } from "./contract.ts"

/** A tool that comes as a package of the registry that this machine's npm asks. */
const configOf =
  (registry: string) =>
  (version = "0.25.9") =>
    `[tools]\n"http:esbuild" = { version = "${version}", url = "${registry}@esbuild/linux-x64/-/linux-x64-${version}.tgz" }\n[env]\nTEAM_WORD = "hello"\n`
const lock = '[[tools."http:esbuild"]]\nversion = "0.25.9"\nbackend = "http:esbuild"\n'
const canary = "canary-of-the-server-7731"

/** A workspace whose team names tools; what it names can be changed. */
async function team() {
  const now: { chain?: ToolChain } = {}
  const world = await sandboxWorld({
    canary,
    settings: { givenImage: await testMiseImage() },
    toolChains: { of: async () => now.chain, mayDownload: () => true },
  })
  const images = async () =>
    (
      await world.podman(
        "images",
        "--format={{.Repository}}:{{.Tag}}",
        `--filter=label=loopat.workspace=${world.workspace}`,
      )
    )
      .split("\n")
      .filter(Boolean)
  const builds = async () =>
    (
      await world.podman(
        "ps",
        "--all",
        "--quiet",
        "--filter=label=loopat.build=tools",
        `--filter=label=loopat.workspace=${world.workspace}`,
      )
    ).trim()
  const { text } = await world.processes.run({ argv: ["npm", "config", "get", "registry"] })
  return Object.assign(world, { now, images, builds, config: configOf(text.trim()) })
}

test("two loops with the tools of one configuration share one image, a changed lock alone makes another, and a tool that does not exist opens the loop without it", async () => {
  await using at = await team()
  const { config } = at
  at.now.chain = { config: config(), tier: "team" }
  const [first, second] = [await at.spec(), await at.spec()]
  const boxes = await Promise.all([at.started(first), at.started(second)])
  expect(await at.images()).toHaveLength(1)
  for (const box of boxes) {
    expect((await box.capture({ argv: ["esbuild", "--version"] })).stdout).toBe("0.25.9\n")
    expect((await box.capture({ argv: ["mise", "exec", "--", "printenv", "TEAM_WORD"] })).stdout).toBe("hello\n")
    expect(at.sandboxes.tools(box.loop)).toBeUndefined()
    expect([...at.sandboxes.toolVersions(box.loop)]).toEqual([["http:esbuild", "0.25.9"]])
  }

  // Made where nothing of the server is seen and nothing of one loop reaches another.
  const [tag = ""] = await at.images()
  const everything = (await at.podman("image", "inspect", tag)) + (await at.podman("history", "--no-trunc", tag))
  for (const word of [canary, "TEAM_WORD", at.folder]) expect(everything).not.toContain(word)
  const [box, other] = boxes
  if (!box || !other) throw new Error("need two loops")
  const poison =
    "rm -f /opt/loopat-mise/shims/esbuild; printf '#!/bin/sh\\necho poisoned\\n' >/opt/loopat-mise/shims/esbuild; chmod +x /opt/loopat-mise/shims/esbuild; sudo sh -c 'echo poisoned >/opt/loopat-mise/config/config.toml'"
  await box.capture({ argv: ["sh", "-c", poison] })
  expect((await box.capture({ argv: ["esbuild", "--version"] })).stdout).toBe("poisoned\n")
  expect((await other.capture({ argv: ["esbuild", "--version"] })).stdout).toBe("0.25.9\n")
  const third = await at.started(await at.spec())
  expect((await third.capture({ argv: ["esbuild", "--version"] })).stdout).toBe("0.25.9\n")

  at.now.chain = { config: config(), lock, tier: "team" }
  expect(await at.sandboxes.isStale(first)).toBe(true)
  await at.sandboxes.stop(first.loop, "restart")
  await at.started(first)
  expect(await at.images()).toHaveLength(2)
  expect(await at.sandboxes.isStale(first)).toBe(false)

  at.now.chain = { config: config("99.0.0"), tier: "team" }
  const broken = await at.spec()
  const without = await at.started(broken)
  const state = at.sandboxes.tools(broken.loop)
  expect(state).toMatchObject({ state: "failed", failure: { tool: "http:esbuild", fault: { code: "not-installed" } } })
  expect(state?.state === "failed" && state.failure.lines.join("\n")).toContain("404")
  expect((await without.capture({ argv: ["sh", "-c", "command -v esbuild"] })).code).not.toBe(0)
  expect(await at.images()).toHaveLength(2)
  await at.sandboxes.remove(broken.loop)
  expect(at.sandboxes.tools(broken.loop)).toBeUndefined()

  expect(await at.builds()).toBe("")
}, 120_000)

test("what the lock has an entry for is what gets installed, and is not when its checksum is another one", async () => {
  await using at = await team()
  // A range, and the version that it became stands with the image, also for the next server.
  const range = at.config().replace('"0.25.9"', '"0.25"').replaceAll("-0.25.9.", "-{{ version }}.")
  at.now.chain = { config: range, lock, tier: "team" }
  const box = await at.started(await at.spec())
  expect((await box.capture({ argv: ["esbuild", "--version"] })).stdout).toBe("0.25.9\n")

  await at.restart()
  const ranged = await at.spec()
  await at.started(ranged)
  expect([...at.sandboxes.toolVersions(ranged.loop)]).toEqual([["http:esbuild", "0.25.9"]])

  const entry = '[tools."http:esbuild"."platforms.linux-x64"]'
  at.now.chain = { config: at.config(), lock: `${lock}${entry}\nchecksum = "sha256:${"0".repeat(64)}"\n`, tier: "team" }
  const another = await at.spec()
  await at.started(another)
  expect(at.sandboxes.tools(another.loop)).toMatchObject({
    failure: { tool: "http:esbuild", fault: { detail: expect.stringContaining("Checksum mismatch") } },
  })
  expect(await at.images()).toHaveLength(1)
}, 60_000)

test("a server that stops while tools are installed leaves none of their containers", async () => {
  await using at = await team()
  const config = `[tools]\nnode = "{{ exec(command='tail -f /dev/null') }}"\n`
  at.now.chain = { config, tier: "team" }
  const start = at.sandboxes.start(await at.spec())
  await until("they are being installed", async () => (await at.builds()) !== "")
  await at.sandboxes[Symbol.asyncDispose]()
  await at.processes[Symbol.asyncDispose]()
  expect(await at.builds()).toBe("")
  await start
}, 60_000)
