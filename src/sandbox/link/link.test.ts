import { describe, expect, test } from "bun:test"
import { linkWorld, reading, until } from "../../testing/link-world.ts"
import { type Box, LinkFailed } from "./contract.ts"

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => "none",
    (error) => (error instanceof LinkFailed ? `${error.kind} ${error.because ?? ""}`.trim() : String(error)),
  )
const shell = (line: string): [string, ...string[]] => ["sh", "-c", line]
const alive = async (box: Box, command: string) =>
  (await box.processes()).filter((one) => one.mark && one.command === command)

describe("a program inside", () => {
  test("gets its arguments, input, folder and environment, and gives output, errors and exit code", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const done = await box.capture({
      argv: ["sh", "-c", 'echo "$0 $1 $KEY"; pwd; echo no >&2; exit 7', "a b", "$(id)"],
      env: { KEY: "v" },
    })
    expect(done).toEqual({ code: 7, stdout: `a b $(id) v\n${world.folder}/workdir\n`, stderr: "no\n" })
    await using program = await box.run({ argv: ["cat"] })
    await program.write("round ")
    await program.write("trip")
    await program.closeInput()
    expect(await new Response(program.stdout).text()).toBe("round trip")
    expect(await program.exited).toEqual({ code: 0, signal: null })
  })

  test("that does not exist, or whose folder does not, is refused with the reason", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    expect(await failure(box.run({ argv: ["no-such-program"] }))).toBe("refused missing")
    expect(await failure(box.run({ argv: ["true"], cwd: "/no/such/folder" }))).toBe("refused missing")
  })

  test("is signalled with its children", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    await using program = await box.run({ argv: shell("echo on; sleep 611; echo off") })
    await reading(program.stdout).past("on\n")
    await program.signal("SIGTERM")
    expect((await program.exited).signal).toBe("SIGTERM")
    await until("the child is gone", async () => (await alive(box, "sleep 611")).length === 0)
  })
})

describe("the end of a program", () => {
  test("ends with its connection, with everything it started, also what hid in another session", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const program = await box.run({ argv: shell("setsid sleep 612 & trap '' TERM; sleep 613 & echo on; wait") })
    await reading(program.stdout).past("on\n")
    await until(
      "both run",
      async () => (await alive(box, "sleep 612")).length + (await alive(box, "sleep 613")).length === 2,
    )
    await program[Symbol.asyncDispose]()
    await until(
      "neither is left",
      async () => (await alive(box, "sleep 612")).length + (await alive(box, "sleep 613")).length === 0,
    )
    expect(await program.exited).toEqual({ code: null, signal: null })
  })

  test("leaves nothing behind when it ends by itself", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    expect((await box.capture({ argv: shell("setsid sleep 614 </dev/null >/dev/null 2>&1 & exit 0") })).code).toBe(0)
    await until("its child is gone", async () => (await alive(box, "sleep 614")).length === 0)
  })

  test("that says too much or takes too long is cut off", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    expect(await failure(box.capture({ argv: ["yes"] }, { maxOutput: 10_000 }))).toBe("limit")
    expect(await failure(box.capture({ argv: ["sleep", "615"] }, { timeoutMs: 20 }))).toBe("timeout")
    await until(
      "neither is left",
      async () => (await alive(box, "yes")).length + (await alive(box, "sleep 615")).length === 0,
    )
  })
})

describe("output of a program", () => {
  test("that nobody reads is slowed down instead of filling memory, and loses nothing", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    await using program = await box.run({ argv: shell("head -c 30000000 /dev/zero; echo end >&2") })
    const errors = reading(program.stderr)
    let size = 0
    for await (const piece of program.stdout) size += piece.length
    expect(size).toBe(30_000_000)
    await errors.past("end\n")
    expect((await program.exited).code).toBe(0)
  })

  test("whose errors nobody asked for is not stopped by them", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    await using program = await box.run({ argv: shell("head -c 3000000 /dev/zero >&2; echo last >&2; echo done") })
    await reading(program.stdout).past("done\n")
    await program.exited
    const errors = await new Response(program.stderr).text()
    expect(errors.endsWith("last\n")).toBe(true)
    expect(errors.length).toBeLessThan(200_000)
  })
})

describe("a terminal", () => {
  test("has a size, can be resized and says how its program ended", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    await using program = await box.run({ argv: ["sh"], pty: { columns: 81, rows: 23 }, env: { PS1: "> " } })
    const screen = reading(program.stdout)
    await program.write("stty size; tty >/dev/null && echo is a ter''minal\n")
    await screen.past("23 81")
    await screen.past("is a terminal")
    await program.resize(120, 40)
    await program.write("stty size\n")
    await screen.past("40 120")
    await program.write("exit 9\n")
    expect(await program.exited).toEqual({ code: 9, signal: null })
  })

  test("whose reader is slow is stopped until the reader has caught up", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    await using program = await box.run({ argv: shell("seq 1 900000; echo complete"), pty: { columns: 80, rows: 24 } })
    const screen = reading(program.stdout)
    await screen.past("\n900000\r\n")
    await screen.past("complete")
    expect((await program.exited).code).toBe(0)
  })
})

describe("a kept program", () => {
  test("goes on when its reader leaves, and tells the next one all that was not yet acknowledged", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const argv = shell("while read line; do echo heard $line; done")
    const first = await box.keep("agent", { argv })
    await first.write("one\ntwo\n")
    await reading(first.stdout).past("heard two\n")
    await first.acknowledge("heard one\n".length)
    first.detach()
    expect(await box.kept()).toEqual([{ id: "agent", running: true }])
    expect(await failure(box.keep("agent", { argv }))).toBe("refused exists")
    const second = await box.attach("agent")
    if (!second) throw new Error("it is kept")
    expect(second.overflowed).toBe(false)
    await second.write("three\n")
    await second.closeInput()
    expect(await new Response(second.stdout).text()).toBe("heard two\nheard three\n")
    expect(await second.exited).toEqual({ code: 0, signal: null })
  })

  test("that ended while nobody was there is found with its last words and its exit code", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const program = await box.keep("task", { argv: shell("read line; echo last words; echo why >&2; exit 4") })
    await program.write("go\n")
    program.detach()
    await until("it has ended", async () => (await box.kept())[0]?.running === false)
    const again = await box.attach("task")
    expect(await new Response(again?.stdout).text()).toBe("last words\n")
    expect(await new Response(again?.stderr).text()).toBe("why\n")
    expect(await again?.exited).toEqual({ code: 4, signal: null })
    await box.endKept("task")
    expect(await box.attach("task")).toBeUndefined()
  })
})

test("a kept program is not ended by another guest that keeps something under the same id", async () => {
  await using world = await linkWorld()
  await using other = await linkWorld()
  const [{ box }, { box: elsewhere }] = [await world.guest(), await other.guest()]
  await box.keep("agent", { argv: ["sleep", "618"] })
  await elsewhere.endKept("agent")
  expect(await box.kept()).toEqual([{ id: "agent", running: true }])
  await box.endKept("agent")
})

describe("a kept program over a long time", () => {
  test("says so when more was buffered than fits", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const program = await box.keep("loud", { argv: shell("read line; head -c 20000000 /dev/zero; echo end") })
    await program.write("go\n")
    program.detach()
    await until("it has ended", async () => (await box.kept())[0]?.running === false)
    const again = await box.attach("loud")
    expect(again?.overflowed).toBe(true)
    const text = await new Response(again?.stdout).text()
    expect(text.length).toBe(16 << 20)
    expect(text.endsWith("end\n")).toBe(true)
  })

  test("outlives the server: the next one attaches and goes on where the first was", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const program = await box.keep("agent", { argv: shell("while read line; do echo $line; done") })
    await program.write("before\n")
    await reading(program.stdout).past("before\n")
    await program.acknowledge("before\n".length)
    const next = await world.restart().greeted(10_000)
    expect(box.gone.aborted).toBe(true)
    expect(await program.exited).toEqual({ code: null, signal: null })
    const again = await next.attach("agent")
    await again?.write("after\n")
    await again?.closeInput()
    expect(await new Response(again?.stdout).text()).toBe("after\n")
  })

  test("is ended with what it detached, and its id is free again", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const program = await box.keep("agent", { argv: shell("trap '' TERM; setsid sleep 616 & echo on; sleep 617") })
    await reading(program.stdout).past("on\n")
    await box.endKept("agent")
    expect(await alive(box, "sleep 616")).toEqual([])
    expect(await alive(box, "sleep 617")).toEqual([])
    expect(await box.kept()).toEqual([])
    await box.keep("agent", { argv: ["true"] })
  })

  test("with a terminal keeps its last screens", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const first = await box.keep("term-1", { argv: ["sh"], pty: { columns: 80, rows: 24 } })
    await first.write("echo on the scr''een\n")
    await reading(first.stdout).past("on the screen")
    first.detach()
    const again = await box.attach("term-1")
    if (!again) throw new Error("it is kept")
    await reading(again.stdout).past("on the screen")
  })
})

describe("a port inside", () => {
  test("is reached through the link, both ways, until one side closes", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    const server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async (request) => new Response(`got ${await request.text()}`),
    })
    try {
      const connection = await box.connect(server.port ?? 0)
      const writer = connection.writable.getWriter()
      await writer.write(Buffer.from("POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"))
      expect(await new Response(connection.readable).text()).toContain("got hello")
    } finally {
      await server.stop(true)
    }
  })

  test("where nobody listens is refused at once", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    expect(await failure(box.connect(1))).toBe("refused refused")
  })
})

describe("a box", () => {
  test("names its processes and what it uses", async () => {
    await using world = await linkWorld()
    const { box } = await world.guest()
    await using _program = await box.run({ argv: ["sleep", "618"] })
    await until("it is listed", async () => (await alive(box, "sleep 618")).length === 1)
    const used = await box.stats()
    expect(used.cpuMicros).toBeGreaterThan(0)
  })

  test("is gone when its guest is: what runs and what is asked fails with that", async () => {
    await using world = await linkWorld()
    const { box, end } = await world.guest()
    const program = await box.run({ argv: ["sleep", "619"] })
    await end()
    expect(await program.exited).toEqual({ code: null, signal: null })
    expect(box.gone.aborted).toBe(true)
    expect(await failure(box.capture({ argv: ["true"] }))).toBe("gone")
    expect(world.lost).toEqual(["closed"])
  })
})

test("a kept program is not reached by the end of the one that had its id before", async () => {
  await using world = await linkWorld()
  const { box } = await world.guest()
  for (let round = 0; round < 4; round++) {
    const program = await box.keep("agent", { argv: shell("read line; echo heard; read line") })
    await program.write("go\n")
    await reading(program.stdout).past("heard\n")
    await box.endKept("agent")
  }
})
