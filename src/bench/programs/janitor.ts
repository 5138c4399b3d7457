/**
 * Cleans up after a run, however that ended: it waits until the run lets go of its standard input, which the kernel does
 * for a run that was killed. `janitor.ts FOLDER MARK`.
 */
import { readdir, readFile, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { markVariable, output } from "../harness/programs.ts"
import { removeContainer, removeContainers } from "../harness/server.ts"

const [folder = "", mark = ""] = process.argv.slice(2)
if (!folder.includes("loopat-bench-") || mark === "") throw new Error("janitor.ts FOLDER MARK")

process.on("SIGINT", () => undefined)
process.on("SIGTERM", () => undefined)
for await (const _ of process.stdin);

await endMarked()
// A server that was ended in the middle of a start may have one more container made: they are looked for twice.
for (let looks = 0; looks < 2; looks++) {
  if (looks > 0) await Bun.sleep(1_500)
  for (const home of homes()) await removeContainers(home).catch((error: unknown) => console.error(String(error)))
}
if (Bun.which("podman")) {
  const bare = await output(["podman", "ps", "-aq", "--filter", `label=bench=${mark}`]).catch(() => "")
  for (const id of bare.split("\n").filter(Boolean)) await removeContainer(id)
}
await rm(folder, { recursive: true, force: true })

/** Each bench has a folder, with the homes of its servers in it. */
function homes(): string[] {
  const files = new Bun.Glob("*/*/config.json").scanSync({ cwd: folder, absolute: true })
  return [...files].map((path) => dirname(path))
}

/** Everything that was started with this run's mark and still lives. */
async function endMarked(): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const left = await marked()
    if (left.length === 0) return
    for (const pid of left) endOne(pid, tries < 3 ? "SIGTERM" : "SIGKILL")
    await Bun.sleep(400)
  }
}

function endOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error
  }
}

async function marked(): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)
  const wanted = `${markVariable}=${mark}`
  const found = await Promise.all(
    pids.map(async (pid) => {
      const variables = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "")
      return variables.split("\0").includes(wanted) && pid !== process.pid
    }),
  )
  return pids.filter((_, index) => found[index])
}
