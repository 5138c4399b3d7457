import type { Box } from "../sandbox/index.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import type { Bench, World } from "./harness/bench.ts"
import { output } from "./harness/programs.ts"
import { memoryOf, steady } from "./harness/proc.ts"
import { median } from "./harness/verdict.ts"

const megabyte = 1 << 20

/** The link to a running sandbox: small operations, and a flood. No page asks for these yet, so the feature runs in here. */
export const bench: Bench = {
  ids: ["X2", "X3"],
  async run(world) {
    const { report } = world
    const sandboxes = world.stack.use(await sandboxWorld())
    const box = await sandboxes.started(await sandboxes.spec())
    const container = (
      await sandboxes.podman("ps", "--quiet", `--filter=label=loopat.workspace=${sandboxes.workspace}`)
    ).trim()
    await box.files.write("workdir", "note.txt", "words")
    const operations: Record<string, () => Promise<unknown>> = {
      read: () => box.files.read("workdir", "note.txt"),
      list: () => box.files.list("workdir", ""),
      exec: () => box.capture({ argv: ["true"] }),
    }
    const before = new Map(sandboxes.processes.counts)
    const times: Record<string, number[]> = {}
    for (const [name, operation] of Object.entries(operations)) {
      for (let n = 0; n < 50; n++) {
        const begun = performance.now()
        await operation()
        ;(times[name] ??= []).push(performance.now() - begun)
      }
    }
    const started = [...sandboxes.processes.counts].map(
      ([name, count]) => [name, count - (before.get(name) ?? 0)] as const,
    )
    const podman = started.find(([name]) => name === "podman")?.[1] ?? 0
    report.count("X2", "podman calls", podman)
    report.count("X2", "host processes", started.reduce((sum, [, count]) => sum + count, 0) - podman)
    report.wall("X2", "operation", Object.values(times).flat())
    report.note(
      "X2",
      Object.entries(times)
        .map(([name, ms]) => `${name} ${median(ms).toFixed(2)} ms`)
        .join(" · "),
    )
    await world.ratio("X2", "podman exec true", {
      async ours() {
        const begun = performance.now()
        for (let n = 0; n < 20; n++) await operations["exec"]?.()
        return (performance.now() - begun) / 20
      },
      async bare() {
        const begun = performance.now()
        await output(["podman", "exec", container, "true"])
        return performance.now() - begun
      },
    })
    await floods(world, box, container)
  },
}

async function floods({ report, quick, ratio }: World, box: Box, container: string): Promise<void> {
  const size = (quick ? 64 : 256) * megabyte
  const flood: [string, ...string[]] = ["head", "-c", String(size), "/dev/zero"]
  const throughLink = async () => {
    const begun = performance.now()
    await swallow((await box.run({ argv: flood })).stdout, size)
    return performance.now() - begun
  }
  await ratio("X3", "a bare pipe, time", {
    slow: true,
    ours: throughLink,
    async bare() {
      const begun = performance.now()
      const child = Bun.spawn(["podman", "exec", "-i", container, ...flood], {
        stdin: "ignore",
        stdout: "pipe",
        stderr: "ignore",
      })
      await swallow(child.stdout, size)
      return performance.now() - begun
    },
  })
  const quietly = () =>
    steady(
      async () => {
        Bun.gc(true)
        return (await memoryOf(process.pid)).resident
      },
      { restMs: 600 },
    )
  const calm = await quietly()
  const slow = await Promise.all(Array.from({ length: 32 }, () => box.run({ argv: flood })))
  const held = Math.max(0, (await quietly()) - calm)
  report.count("X3", "bytes of memory per stream", held / slow.length)
  await ratio("X3", "others beside a slow stream", { slow: true, ours: throughLink, bare: throughLink })
  await Promise.all(slow.map((one) => one.stdout.cancel()))
}

async function swallow(from: ReadableStream<Uint8Array>, wanted: number): Promise<void> {
  let size = 0
  for await (const piece of from) size += piece.byteLength
  if (size !== wanted) throw new Error(`${size} bytes came of ${wanted}`)
}
