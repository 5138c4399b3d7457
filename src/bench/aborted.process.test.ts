import { expect, test } from "bun:test"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../testing/temp-folder.ts"
import { until } from "../testing/link-world.ts"

/** Processes of whoever got this temporary folder in its environment. */
async function processesWith(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "latin1").catch(() => "")))
  return pids.filter((_, index) => environments[index]?.includes(`TMPDIR=${folder}\0`))
}

test("a bench that is killed in the middle leaves no process and no file behind", async () => {
  await using temp = await tempFolder()
  const run = Bun.spawn([process.execPath, join(import.meta.dir, "run.ts"), "--no-build", "--quick", "S1"], {
    env: { ...process.env, TMPDIR: temp.path },
    stdout: "ignore",
    stderr: "ignore",
  })
  await until("a server of the bench runs", async () => {
    const [folder = ""] = await readdir(temp.path)
    const homes = await readdir(join(temp.path, folder, "s1")).catch(() => [])
    return homes.some((name) => name.startsWith("home-"))
  })
  expect((await processesWith(temp.path)).length).toBeGreaterThan(1)
  run.kill("SIGKILL")
  await run.exited
  await until("everything is gone", async () => (await processesWith(temp.path)).length === 0)
  expect(await readdir(temp.path)).toEqual([])
}, 120_000)
