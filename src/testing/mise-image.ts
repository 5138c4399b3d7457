import { createDisk } from "../platform/disk/disk.ts"
import { createProcesses } from "../platform/process/processes.ts"
import { fetchMise } from "../sandbox/mise.ts"
import { misePinFor } from "../sandbox/recipe.ts"
import { podmanEnvironment, testBaseImage } from "./base-image.ts"
import { tempFolder } from "./temp-folder.ts"

/** The tests' base image with the pinned tool-chain installer in it: made once per machine, then found. */
export async function testMiseImage(): Promise<string> {
  const base = await testBaseImage()
  const pin = misePinFor(process.arch)
  if (!pin) throw new Error("need a processor with a pinned installer")
  const tag = `${base.replace("-base:", "-mise:")}-${pin.version}`
  await using temp = await tempFolder()
  await using processes = createProcesses(podmanEnvironment())
  const podman = (...args: string[]) =>
    processes.run({ argv: ["podman", ...args], answers: [0, 1], timeoutMs: 120_000 })
  if ((await podman("image", "exists", tag)).code === 0) return tag
  const { signal } = new AbortController()
  const needs = { processes, disk: createDisk(), executable: process.execPath, folder: temp.path, signal }
  const mise = await fetchMise(needs, pin)
  if (mise.kind === "absent") throw new Error(`mise: ${mise.why}`)
  const { text } = await podman("create", "--pull=never", base)
  const container = text.trim()
  await podman("cp", mise.path, `${container}:/usr/local/bin/mise`)
  await podman("commit", "--quiet", container, tag)
  await podman("rm", container)
  return tag
}
