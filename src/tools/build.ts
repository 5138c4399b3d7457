/** Builds the one executable: program, pages, assets, templates and sandbox recipes inside. */
import { $ } from "bun"
import { mkdir, stat } from "node:fs/promises"
import { join } from "node:path"

const root = join(import.meta.dir, "../..")
const target = process.argv[2] ?? join(root, "dist/loopat")

await mkdir(join(root, "dist"), { recursive: true })
await $`${process.execPath} run src/tools/assets.ts`.cwd(root)
/** Another version than the package's, for tests of an upgrade. */
const version: string = process.argv[3] ?? (await Bun.file(join(root, "package.json")).json()).version
const commit = (await $`git rev-parse --short=12 HEAD`.cwd(root).nothrow().quiet().text()).trim() || "unknown"

const args = [
  ...["build", "--compile", "--minify", "--bytecode", "--format=esm", "--sourcemap=none"],
  // Without these a file in the folder the program is started from could change what it does.
  ...["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"],
  ...["--define", `LOOPAT_VERSION=${JSON.stringify(version)}`, "--define", `LOOPAT_COMMIT=${JSON.stringify(commit)}`],
  // The folders keep their relative paths, so the program finds them under the same names in the sources and inside.
  ...["--asset", "dist/assets", "--asset", "templates", "--asset", "sandbox"],
  ...["src/main.ts", "--outfile", target],
]
await $`${process.execPath} ${args}`.cwd(root)

const { size } = await stat(target)
console.log(`${target} ${(size / 1e6).toFixed(1)} MB`)
