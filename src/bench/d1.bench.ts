import { readdir } from "node:fs/promises"
import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { output, root } from "./harness/programs.ts"

/** What a developer waits for. */
export const bench: Bench = {
  ids: ["D1"],
  async run({ report, quick }) {
    if (quick) {
      for (const name of ["check", "test:fast"]) report.leftOut("D1", name, "it takes longer than a quick run has")
      return
    }
    const timed = async (argv: string[]) => {
      const begun = performance.now()
      await output(["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", root, ...argv])
      return performance.now() - begun
    }
    report.wall("D1", "check", [await timed([process.execPath, "run", "src/tools/check.ts"])])
    const files = (await Promise.all(["src", "views"].map((folder) => testsIn(folder)))).flat()
    report.wall("D1", "test:fast", [await timed([process.execPath, "test", "--parallel", ...files])])
  },
}

async function testsIn(folder: string): Promise<string[]> {
  const files = await readdir(join(root, folder), { recursive: true })
  return files
    .filter((file) => /\.test\.tsx?$/.test(file) && !/\.process\.test\./.test(file))
    .map((file) => `./${folder}/${file}`)
}
