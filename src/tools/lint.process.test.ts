import { expect, test } from "bun:test"
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../testing/temp-folder.ts"

const root = join(import.meta.dirname, "../..")

interface Plant {
  rule: string
  bad: string
  good: string
}

const answer = "declare function answer(): Promise<number>\n"
const kinds =
  'type Kind = "a" | "b"\nexport function name(kind: Kind): string {\n  switch (kind) {\n    case "a":\n      return "A"\n'

const plants: Plant[] = [
  { rule: "no-explicit-any", bad: "export const f = (x: any) => x", good: "export const f = (x: unknown) => x" },
  {
    rule: "no-non-null-assertion",
    bad: "export const f = (x?: string) => x!.length",
    good: "export const f = (x?: string) => x?.length",
  },
  {
    rule: "no-floating-promises",
    bad: `${answer}export function f() {\n  answer()\n}`,
    good: `${answer}export async function f() {\n  await answer()\n}`,
  },
  {
    rule: "no-misused-promises",
    bad: `${answer}export const f = () => (answer() ? 1 : 2)`,
    good: `${answer}export const f = async () => ((await answer()) ? 1 : 2)`,
  },
  {
    rule: "no-empty",
    bad: "export function f(g: () => void) {\n  try {\n    g()\n  } catch {}\n}",
    good: "export function f(g: () => void) {\n  try {\n    g()\n  } catch (error) {\n    throw new Error(String(error))\n  }\n}",
  },
  {
    rule: "switch-exhaustiveness-check",
    bad: `${kinds}  }\n  return ""\n}`,
    good: `${kinds}    case "b":\n      return "B"\n  }\n}`,
  },
  {
    rule: "no-nested-ternary",
    bad: "export const f = (a: boolean, b: boolean) => (a ? 1 : b ? 2 : 3)",
    good: "export const f = (a: boolean) => (a ? 1 : 3)",
  },
  {
    rule: "complexity",
    bad: `export function f(x: number) {\n${"  if (x) return x\n".repeat(12)}  return 0\n}`,
    good: `export function f(x: number) {\n${"  if (x) return x\n".repeat(11)}  return 0\n}`,
  },
  {
    rule: "max-params",
    bad: "export const f = (a: number, b: number, c: number, d: number) => [a, b, c, d]",
    good: "export const f = (a: number, b: number, c: number) => [a, b, c]",
  },
  {
    rule: "no-warning-comments",
    bad: "// FIXME now\nexport const f = 1",
    good: "// TODO: later, when it is needed.\nexport const f = 1",
  },
  { rule: "ban-ts-comment", bad: "// @ts-ignore\nexport const f = 1", good: "// Types are kept.\nexport const f = 1" },
  { rule: "no-unused-vars", bad: "const g = 2\nexport const f = 1", good: "const g = 2\nexport const f = g" },
  {
    rule: "only-throw-error",
    bad: 'export const f = () => {\n  throw "no"\n}',
    good: 'export const f = () => {\n  throw new Error("no")\n}',
  },
  {
    rule: "prefer-const",
    bad: "export const f = () => {\n  let a = 1\n  return a\n}",
    good: "export const f = () => {\n  const a = 1\n  return a\n}",
  },
]

test("the linter finds each planted mistake and passes its clean twin", async () => {
  await using folder = await lintFolder()
  const fileOf = ({ rule }: Plant, side: "bad" | "good") => `src/${rule}.${side}.ts`
  for (const plant of plants) {
    await writeFile(join(folder.path, fileOf(plant, "bad")), `${plant.bad}\n`)
    await writeFile(join(folder.path, fileOf(plant, "good")), `${plant.good}\n`)
  }
  await writeFile(join(folder.path, "src/one.ts"), 'import { two } from "./two.ts"\nexport const one = () => two\n')
  await writeFile(join(folder.path, "src/two.ts"), 'import { one } from "./one.ts"\nexport const two = () => one\n')
  const report = await lint(folder.path)
  const rulesAt = (file: string) =>
    new Set(report.filter(({ filename }) => filename.endsWith(file)).map(({ code }) => code))
  for (const plant of plants) {
    expect([plant.rule, [...rulesAt(fileOf(plant, "bad"))].some((code) => code.includes(plant.rule))]).toEqual([
      plant.rule,
      true,
    ])
    expect([plant.rule, [...rulesAt(fileOf(plant, "good"))]]).toEqual([plant.rule, []])
  }
  expect([...rulesAt("src/one.ts")].join()).toContain("no-cycle")
})

/** A project of its own with our rules. */
async function lintFolder() {
  const folder = await tempFolder()
  await mkdir(join(folder.path, "src"))
  for (const name of [".oxlintrc.json", "tsconfig.json", "package.json"])
    await copyFile(join(root, name), join(folder.path, name))
  await symlink(join(root, "node_modules"), join(folder.path, "node_modules"))
  return folder
}

async function lint(folder: string): Promise<{ filename: string; code: string }[]> {
  const argv = [join(root, "node_modules/.bin/oxlint"), "--type-aware", "-f", "json", "src"]
  const child = Bun.spawn(argv, { cwd: folder, stdout: "pipe", stderr: "inherit" })
  const { diagnostics } = JSON.parse(await new Response(child.stdout).text()) as {
    diagnostics: { filename: string; code: string }[]
  }
  await child.exited
  return diagnostics
}
