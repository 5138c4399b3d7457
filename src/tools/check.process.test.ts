import { expect, test } from "bun:test"
import { copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { tempFolder } from "../testing/temp-folder.ts"

const root = join(import.meta.dirname, "../..")

const plants: Record<string, [path: string, text: string]> = {
  types: ["src/lib/planted.test.ts", "export const count: number = String(1)\n"],
  format: ["src/lib/planted.test.ts", "const  one = 1;\nf(one);\n"],
  lint: ["src/lib/planted.test.ts", "export const f = (x: any): string => x\n"],
  "dead code": ["src/lib/one.ts", "export const one = 1\n\nexport const two = 2\n"],
  "house rules": ["src/lib/one.ts", "export const one = Date.now()\n"],
}

test("one command finds what is planted in a small repository, and passes it clean", async () => {
  await using folder = await smallRepository()
  expect(await verdicts(folder.path)).toEqual({ code: 0, failed: [] })
  for (const [name, [path, text]] of Object.entries(plants)) {
    await writeFile(join(folder.path, path), text)
    const { code, failed } = await verdicts(folder.path)
    expect([name, code, failed.some((one) => one.startsWith(name))]).toEqual([name, 1, true])
    await rm(join(folder.path, "src/lib/planted.test.ts"), { force: true })
    await writeFile(join(folder.path, "src/lib/one.ts"), "export const one = 1\n")
  }
  expect(await verdicts(folder.path)).toEqual({ code: 0, failed: [] })
}, 60_000)

async function smallRepository() {
  const folder = await tempFolder()
  const files: Record<string, string> = {
    "package.json": '{ "name": "small", "type": "module" }\n',
    "src/main.ts": 'import { one } from "./lib/one.ts"\n\nprocess.exitCode = one\n',
    "src/lib/one.ts": "export const one = 1\n",
    "views/page.tsx": "",
    "public/app.ts": "",
    "src/decisions/012-runtime-dependencies.md": "# None\n",
    "src/tools/bars.json":
      '{\n  "testLinesPerSourceLine": { "value": 0, "better": "higher", "goal": 1 },\n  "assertionsAwayFromTheirProof": { "value": 0, "better": "lower" }\n}\n',
    ".gitignore": "node_modules\n",
    "knip.json": '{ "entry": ["src/main.ts", "src/**/*.test.ts"], "project": ["src/**/*.ts"] }\n',
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), text)
  }
  for (const name of [".oxlintrc.json", "tsconfig.json", "bunfig.toml"])
    await copyFile(join(root, name), join(folder.path, name))
  await symlink(join(root, "node_modules"), join(folder.path, "node_modules"))
  await run(["git", "init", "--quiet"], folder.path)
  return folder
}

async function verdicts(repository: string): Promise<{ code: number; failed: string[] }> {
  const { code, out } = await run([process.execPath, "run", join(import.meta.dirname, "check.ts"), repository], root)
  return { code, failed: [...out.matchAll(/^FAILED (.*)$/gm)].map(([, name = ""]) => name) }
}

async function run(argv: string[], cwd: string): Promise<{ code: number; out: string }> {
  const child = Bun.spawn(argv, { cwd, stdout: "pipe", stderr: "inherit" })
  return { out: await new Response(child.stdout).text(), code: await child.exited }
}
