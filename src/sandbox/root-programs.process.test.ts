import { describe, expect, test } from "bun:test"
import { until } from "../testing/link-world.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import type { Box } from "./index.ts"

const output = async (box: Box, line: string): Promise<string> =>
  (await box.capture({ argv: ["sh", "-c", line] })).stdout

/** The number that the kernel gave the newest process or thread inside: proc(5), the last field of `/proc/loadavg`. */
const newest = async (box: Box): Promise<number> => Number((await output(box, "cat /proc/loadavg")).split(" ").at(-1))

describe("programs of root inside a sandbox", () => {
  test("cost the programs after them nothing, and end with the program that left them behind", async () => {
    await using world = await sandboxWorld()
    const box = await world.started(await world.spec())
    await using keeper = await box.keep("root", { argv: ["sudo", "-n", "tail", "-f", "/dev/null"] })
    await until("it runs as root", async () => (await output(box, "pgrep -u root -x tail || true")) !== "")

    // What looked for it while it started may still be ended in root's name.
    const quiet = async () => (await output(box, "pgrep -u root -f 'guest --sign[a]l' || true")) === ""
    await until("nothing acts in root's name", quiet)
    const before = await newest(box)
    for (let n = 0; n < 10; n++) await output(box, "true")
    // Each may have a shell and what it starts; one that acts in root's name besides makes it nine.
    expect((await newest(box)) - before).toBeLessThan(3 * 10)

    const behind = "sudo -n setsid bash -c 'exec -a left-behind tail -f /dev/null' </dev/null >/dev/null 2>&1"
    const started = await output(box, `${behind} & until pgrep -f '^left-behin[d]'; do true; done`)
    expect(started).toMatch(/^\d+\n$/)
    await until("it is gone", async () => (await output(box, "pgrep -f '^left-behin[d]' || true")) === "")
    expect(await output(box, "pgrep -u root -x tail | wc -l")).toBe("1\n")
    expect(keeper.id).toBe("root")
  }, 60_000)

  test("none is started for programs that run at once and end", async () => {
    await using world = await sandboxWorld()
    const box = await world.started(await world.spec())
    const before = await newest(box)
    const oneAfterTheOther = async () => {
      for (let n = 0; n < 20; n++) await box.capture({ argv: ["true"] })
    }
    await Promise.all(Array.from({ length: 4 }, oneAfterTheOther))
    // Each is one; one that acts in root's name besides makes it eight.
    expect((await newest(box)) - before).toBeLessThan(2 * 80)
  }, 60_000)
})
