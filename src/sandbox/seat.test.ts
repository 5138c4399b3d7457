import { describe, expect, test } from "bun:test"
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { parseLoopId } from "../lib/ids.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { fitsSockets, openSeat, ownerInside, seatFolder } from "./seat.ts"

const loop = parseLoopId("11111111-2222-4333-8444-555555555555")

async function seatWorld() {
  if (!loop) throw new Error("the loop's id parses")
  const temp = await tempFolder()
  const socketsFolder = join(temp.path, "s")
  const server = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const sitting = { loop, identity: { displayName: "Alice", email: "a@b" } }
  const open = () =>
    openSeat(
      {
        disk: createDisk(),
        clock: systemClock,
        ids: systemIds,
        log: silentLog,
        socketsFolder,
        server,
        mapping: { kind: "keep" },
        containerIdleMs: 1_000,
        serveGateway: async (asker) => new Response(asker),
      },
      sitting,
      () => undefined,
    )
  return {
    open,
    folder: seatFolder(socketsFolder, loop),
    socketsFolder,
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  }
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

describe("a seat", () => {
  test("is a folder that others can read and only the server can change, with sockets for the sandbox user alone", async () => {
    await using world = await seatWorld()
    await using _seat = await world.open()
    expect((await readdir(world.folder)).sort()).toEqual(["gateway.sock", "gitconfig", "hosts", "link.sock"])
    expect(await modeOf(world.socketsFolder)).toBe("700")
    expect(await modeOf(world.folder)).toBe("755")
    expect(await modeOf(join(world.folder, "link.sock"))).toBe("660")
    expect(await modeOf(join(world.folder, "gateway.sock"))).toBe("660")
    expect(await modeOf(join(world.folder, "hosts"))).toBe("644")
    expect(await readFile(join(world.folder, "hosts"), "utf8")).toBe(
      "127.0.0.1 localhost loop-11111111\n::1 localhost\n",
    )
    expect(await readFile(join(world.folder, "gitconfig"), "utf8")).toContain('name = "Alice"')
  })

  test("answers as its loop, from the socket that sandboxes see", async () => {
    await using world = await seatWorld()
    await using _seat = await world.open()
    const answer = await fetch("http://gateway/", { unix: join(world.folder, "gateway.sock") })
    expect(await answer.text()).toBe("11111111-2222-4333-8444-555555555555")
  })

  test("is taken again in the very same folder, which a running container has mounted", async () => {
    await using world = await seatWorld()
    const first = await world.open()
    const { ino } = await stat(world.folder)
    await first[Symbol.asyncDispose]()
    await using _second = await world.open()
    expect((await stat(world.folder)).ino).toBe(ino)
    expect(await fetch("http://gateway/", { unix: join(world.folder, "gateway.sock") }).then(({ ok }) => ok)).toBe(true)
  })
})

test("a folder is too long for sockets before a loop's path has more than 107 bytes", () => {
  expect(fitsSockets(`/${"x".repeat(60)}`)).toBe(true)
  expect(fitsSockets(`/${"x".repeat(61)}`)).toBe(false)
})

test("the user inside is the server's own, or its place in the mapped range", () => {
  const server = { uid: 1_000, gid: 1_001 }
  expect(ownerInside({ server, mapping: { kind: "keep" } })).toEqual([1_000, 1_001])
  expect(ownerInside({ server, mapping: { kind: "range", base: 200_000 } })).toEqual([202_000, 202_000])
})
