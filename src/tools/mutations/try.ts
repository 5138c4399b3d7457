/** `npm run test:mutations`: breaks each guard of the table in a copy of the program and looks whether its test notices. */
import { cp, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "../../testing/temp-folder.ts"
import { type Mutation, mutations } from "./table.ts"

const root = join(import.meta.dirname, "../../..")
const copied = ["src", "views", "public", "templates", "sandbox", "package.json", "tsconfig.json", "bunfig.toml"]
const longestRunMs = 180_000

await using folder = await tempFolder()
for (const name of copied) await cp(join(root, name), join(folder.path, name), { recursive: true })
await symlink(join(root, "node_modules"), join(folder.path, "node_modules"))

/** A test that is red already would prove nothing. */
const sound = new Map<string, boolean>()
const unnoticed: string[] = []
for (const mutation of mutations) {
  const verdict = await attempt(mutation)
  if (verdict !== "noticed") unnoticed.push(`${mutation.guards} ${mutation.path}: ${verdict}`)
  console.log(
    `${verdict === "noticed" ? "ok    " : "FAILED"} ${mutation.guards.padEnd(9)} ${mutation.path} → ${mutation.test}`,
  )
}
console.log(`mutations ${mutations.length}, noticed ${mutations.length - unnoticed.length}`)
for (const line of unnoticed) console.log(line)
process.exitCode = unnoticed.length === 0 ? 0 : 1

async function attempt(mutation: Mutation): Promise<string> {
  const { path, text, broken } = mutation
  const file = join(folder.path, path)
  const original = await readFile(file, "utf8")
  const places = original.split(text).length - 1
  if (places !== 1) return `the text of the guard stands there ${places} times`
  const key = `${mutation.test} ${mutation.name ?? ""}`
  if (!sound.has(key)) sound.set(key, await isGreen(mutation))
  if (!sound.get(key)) return "its test is red without it"
  await writeFile(
    file,
    original.replace(text, () => broken),
  )
  const green = await isGreen(mutation)
  await writeFile(file, original)
  return green ? "nobody noticed" : "noticed"
}

async function isGreen({ test, name }: Mutation): Promise<boolean> {
  const only = name === undefined ? [] : ["-t", name]
  const child = Bun.spawn([process.execPath, "test", `./${test}`, ...only, "--timeout", "60000"], {
    cwd: folder.path,
    stdout: "ignore",
    stderr: "ignore",
    timeout: longestRunMs,
    killSignal: "SIGKILL",
  })
  return (await child.exited) === 0
}
