import { describe, expect, test } from "bun:test"
import { exists, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { absent, asked, imageWorld, verb } from "../testing/image-world.ts"
import { sampleSettings } from "../testing/sandbox-samples.ts"

describe("a base image that is there", () => {
  test("is used without asking any registry or mirror, and says which source it came from and when", async () => {
    const there = () => ({
      Id: "4f2c",
      Names: [world.tagOf(2)],
      Created: 1_760_000_000,
      Labels: { "loopat.source": "host", "loopat.took": "8100" },
    })
    await using world = await imageWorld(() => ({ text: JSON.stringify([there()]) }))
    expect(await world.ensure()).toMatchObject({ kind: "ready", tag: world.tagOf(2) })
    expect(asked(world.processes.calls)).toEqual(["images"])
    expect(world.told).toEqual([
      {
        state: "ready",
        source: "host",
        tag: world.tagOf(2),
        id: "4f2c",
        madeAt: 1_760_000_000_000,
        took: 8_100,
        tries: [],
        log: [],
      },
    ])
  })

  test("and is named by the operator is used as it is", async () => {
    await using world = await imageWorld(() => ({ text: '[{"Id":"ab12"}]' }))
    await using given = await imageWorld(() => ({ text: '[{"Id":"ab12"}]' }), {
      settings: { ...sampleSettings, givenImage: "example.org/base:1" },
    })
    expect(await given.ensure()).toMatchObject({ kind: "ready", tag: "example.org/base:1" })
    expect(asked(given.processes.calls)).toEqual(["image inspect"])
    expect(given.told).toMatchObject([{ state: "ready", source: "given", from: "example.org/base:1", id: "ab12" }])
    expect(world.processes.calls).toEqual([])
  })
})

describe("a base image that is not there", () => {
  test("comes from the registry if that answers, with packages through apt", async () => {
    await using world = await imageWorld((command) => absent(command) ?? {})
    expect(await world.ensure()).toMatchObject({ kind: "ready", tag: world.tagOf(0) })
    expect(asked(world.processes.calls)).toEqual([
      ...["images", "image inspect", "pull", "rm", "create", "start", "import", "rm"],
    ])
    const create = world.processes.calls.find((command) => verb(command) === "create")
    expect(create?.argv).toContain("--env=PACKAGES=install")
    expect(create?.argv.join(" ")).toContain("--network=slirp4netns")
    expect(world.last("ready")).toMatchObject({ source: "registry", from: "ubuntu:24.04", took: 0 })
  })

  test("is not asked from a registry when somebody has loaded its source by hand", async () => {
    await using world = await imageWorld((command) => (verb(command) === "images" ? { text: "[]" } : {}))
    expect((await world.ensure()).kind).toBe("ready")
    expect(asked(world.processes.calls)).not.toContain("pull")
  })
})

describe("a base image that its first source does not give", () => {
  test("comes from the mirror else, and from this machine's packages at last; page and log say why and which", async () => {
    await using world = await imageWorld((command) => {
      if (verb(command) === "pull") return { code: 125, stderr: "Error: dial tcp: lookup docker.io: no such host" }
      if (String(command.stdin).includes("mmdebstrap"))
        return { code: 1, stderr: "mmdebstrap is not installed: sudo apt-get install mmdebstrap" }
      if (command.argv[0] === "bash") return { text: "134 packages\nsome noise\nloopat-step: nobody knows this\n" }
      return absent(command) ?? (verb(command) === "start" ? { text: "loopat-step: user\nloopat-step: check\n" } : {})
    })
    expect(await world.ensure()).toMatchObject({ kind: "ready", tag: world.tagOf(2) })
    const { source, tries, log } = world.last("ready")
    expect(source).toBe("host")
    expect(tries).toMatchObject([
      { source: "registry", from: "ubuntu:24.04", fault: { code: "unreachable" } },
      { source: "mirror", fault: { code: "no-program", command: "sudo apt-get install mmdebstrap" } },
      { source: "host" },
    ])
    expect(tries[2]?.fault).toBeUndefined()
    expect(log).toEqual([
      "registry: ubuntu:24.04",
      "[1/11] get",
      "registry: Error: dial tcp: lookup docker.io: no such host",
      "mirror",
      "[1/11] collect",
      "mirror: mmdebstrap is not installed: sudo apt-get install mmdebstrap",
      "host",
      "[1/11] collect",
      "134 packages",
      "some noise",
      "loopat-step: nobody knows this",
      "[2/11] unpack",
      "mise is left out, so there will be no tool chains: no checksum is known for this processor",
      "[3/11] user",
      "[9/11] check",
      "[11/11] store",
    ])
    const steps = world.told.flatMap((one) => (one.state === "building" && one.step ? [one.step] : []))
    expect(steps.map(({ number }) => number)).toEqual([1, 1, 1, 2, 3, 9, 11])
    const create = world.processes.calls.findLast((command) => verb(command) === "create")
    expect(create?.argv).toContain("--env=PACKAGES=present")
    expect(create?.argv).toContain("--network=none")
  })
})

describe("a base image that cannot be had", () => {
  test("from anywhere says why of each source, and leaves no folder behind", async () => {
    await using world = await imageWorld((command) => absent(command) ?? { code: 1, stderr: "Error: nothing works" })
    const fault = { code: "other", detail: "Error: nothing works" } as const
    expect(await world.ensure()).toEqual({ kind: "failed", fault })
    expect(world.last("failed").tries.map((one) => one.fault)).toEqual([fault, fault, fault])
    expect(await exists(join(world.path, "image-build"))).toBe(false)
  })

  test("whose set-up fails is not tagged", async () => {
    await using world = await imageWorld(
      (command) =>
        absent(command) ??
        (verb(command) === "start"
          ? { code: 1, stderr: "mise does not have the pinned checksum abc, so this image is not made" }
          : {}),
      { baseImage: "host" },
    )
    expect(await world.ensure()).toMatchObject({ kind: "failed", fault: { code: "checksum" } })
    expect(world.processes.calls.filter((command) => command.argv.includes(world.tagOf(0)))).toEqual([])
  })

  test("because the server stops asks no further source", async () => {
    await using world = await imageWorld((command) => {
      if (verb(command) !== "pull") return absent(command) ?? {}
      world.stop.abort()
      return { code: 1 }
    })
    expect((await world.ensure()).kind).toBe("failed")
    expect(world.last("failed").tries).toHaveLength(1)
  })

  test("keeps the password of a mirror to itself", async () => {
    await using world = await imageWorld(
      (command) =>
        absent(command) ?? {
          code: 1,
          text: "got http://me:s3cret@m/x\n",
          stderr: "failed to fetch http://me:s3cret@m/d",
        },
      { baseImage: "debian:trixie@http://me:s3cret@m/debian" },
    )
    await world.ensure()
    expect(world.last("failed")).toMatchObject({ fault: { code: "unreachable" } })
    expect(JSON.stringify(world.told)).toContain("[secret]@m/debian")
    expect(JSON.stringify(world.told)).not.toContain("s3cret")
  })
})

describe("a base image without a network", () => {
  test("can come from a file made elsewhere", async () => {
    await using world = await imageWorld((command) => (verb(command) === "images" ? { text: "[]" } : {}), {
      baseImage: "file:/srv/base.tar",
    })
    await writeFile(join(world.path, "unrelated"), "")
    expect((await world.ensure()).kind).toBe("ready")
    const source = world.processes.calls.find((command) => verb(command) === "import")
    expect(source?.argv).toContain("/srv/base.tar")
    expect(asked(world.processes.calls)).toEqual([
      ...["images", "import", "rm", "create", "start", "import", "rm", "image inspect", "rmi"],
    ])
  })
})
