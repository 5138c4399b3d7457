import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { output } from "./programs.ts"

const MiB = 1 << 20

/** A repository of this many mebibytes that cannot be compressed, in its files or only in its past. */
export async function repository(path: string, size: number, where?: "in its past"): Promise<string> {
  await mkdir(path, { recursive: true })
  const git = (...args: string[]) =>
    output(["git", "-C", path, "-c", "core.compression=0", "-c", "user.name=B", "-c", "user.email=b@c", ...args])
  await git("init", "-q", "-b", "main")
  let state = 12_345
  for (let n = 0; n < Math.ceil(size / 64); n++) {
    const words = new Uint32Array((Math.min(64, size) * MiB) / 4)
    for (let at = 0; at < words.length; at++) words[at] = state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    await Bun.write(join(path, `file-${n}.bin`), words)
  }
  await git("add", ".")
  await git("commit", "-q", "-m", "Begin")
  if (where === "in its past") {
    await git("rm", "-q", "--", "*.bin")
    await Bun.write(join(path, "README.md"), "# Small by now\n")
    await git("add", ".")
    await git("commit", "-q", "-m", "Keep no large files")
  }
  return path
}
