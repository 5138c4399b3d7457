import { describe, expect, test } from "bun:test"
import { exists } from "node:fs/promises"
import { join } from "node:path"
import { absent, imageWorld, verb } from "../testing/image-world.ts"
import type { Answer } from "../testing/scripted-processes.ts"

describe("a base image that is being made", () => {
  test("tells many lines together, and after a minute without one that it is still at it", async () => {
    const building = Promise.withResolvers<void>()
    const { promise: packed, resolve: pack } = Promise.withResolvers<Answer>()
    await using world = await imageWorld(
      (command) => {
        if (command.argv[0] !== "bash") return absent(command) ?? {}
        building.resolve()
        return packed
      },
      { baseImage: "host" },
    )
    const ensured = world.ensure()
    await building.promise
    const before = world.told.length
    world.clock.advance(250)
    expect(world.told).toHaveLength(before + 1)
    world.clock.advance(59_000)
    expect(world.last("building").quietSince).toBeUndefined()
    world.clock.advance(1_000)
    expect(world.last("building").quietSince).toBe(world.clock.now() - 60_250)
    pack({ text: Array.from({ length: 500 }, (_, n) => `line ${n}\n`).join("") })
    await ensured
    expect(world.told.length).toBeLessThan(before + 20)
    expect(world.last("ready").log).toContain("line 499")
    expect(world.clock.timers).toBe(0)
  })

  test("says how long the last one of its source took", async () => {
    const old = { Id: "1", Names: ["localhost/old:1"], Labels: { "loopat.source": "host", "loopat.took": "48000" } }
    await using world = await imageWorld(
      (command) => (verb(command) === "images" ? { text: JSON.stringify([old]) } : {}),
      { baseImage: "host" },
    )
    await world.ensure()
    expect(world.told[0]).toMatchObject({ state: "building", lastTook: 48_000 })
  })
})

describe("the installer of tool chains", () => {
  test("is put into the image, and the recipe compares its checksum", async () => {
    const mise = { version: "1", package: "@tools/mise", sha256: "abc" }
    await using world = await imageWorld(
      async (command) => {
        if (command.argv[1] === "add")
          await Bun.write(join(command.cwd ?? "", "node_modules/@tools/mise/bin/mise"), "m")
        return absent(command) ?? {}
      },
      { baseImage: "host", mise },
    )
    expect((await world.ensure()).kind).toBe("ready")
    const add = world.processes.calls.find((command) => verb(command) === "add")
    expect(add?.argv.at(-1)).toBe("@tools/mise@1")
    const create = world.processes.calls.find((command) => verb(command) === "create")
    expect(create?.argv).toContain("--env=MISE_SHA256=abc")
    expect(await exists(join(world.path, "image-tools"))).toBe(false)
  })

  test("is left out where no npm registry can be reached, and the image is made all the same", async () => {
    await using world = await imageWorld(
      (command) => (verb(command) === "add" ? { code: 1, stderr: "no route" } : (absent(command) ?? {})),
      { baseImage: "host", mise: { version: "1", package: "@tools/mise", sha256: "abc" } },
    )
    expect((await world.ensure()).kind).toBe("ready")
    expect(world.last("ready").log).toContain("mise is left out, so there will be no tool chains: no route")
  })
})
