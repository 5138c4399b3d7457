/** The compiled program that does the minimum, beside ours on the same core. */
import { join } from "node:path"
import { environment, freePort, output, pinned, root, startProgram } from "./programs.ts"
import { firstAnswer } from "./server.ts"

const bareExecutable = join(root, "dist/bench-bare")

export async function buildBare(): Promise<void> {
  const source = join(root, "src/bench/programs/bare.ts")
  await output([
    process.execPath,
    ...["build", "--compile", "--minify", "--bytecode", "--format=esm", "--sourcemap=none"],
    ...["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig", source, "--outfile", bareExecutable],
  ])
}

export interface Bare extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly startMs: number
}

export async function startBare({ folder, mark }: { folder: string; mark: string }): Promise<Bare> {
  const port = freePort()
  const begun = performance.now()
  const program = startProgram(pinned([bareExecutable, String(port), folder]), { env: environment(mark), cwd: folder })
  const url = `http://127.0.0.1:${port}`
  await firstAnswer(`${url}/livez`, program)
  const startMs = performance.now() - begun
  return { url, pid: program.pid, startMs, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() }
}
