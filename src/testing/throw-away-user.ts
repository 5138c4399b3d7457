import { chmod, copyFile, mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { tempFolder } from "./temp-folder.ts"

interface RunOptions {
  env?: Record<string, string>
  /** What comes on its standard input. */
  typed?: string
}

/** An ordinary user of this machine without subordinate ids, gone with all that is his when the test ends. */
export interface ThrowAwayUser extends AsyncDisposable {
  readonly home: string
  /** A copy of a program where this user can reach it. */
  copy(program: string): Promise<string>
  run(argv: readonly string[], options?: RunOptions): Promise<{ code: number; out: string }>
  start(argv: readonly string[], options?: RunOptions): AsyncDisposable & { printed(): string }
  asRoot(argv: readonly string[]): Promise<string>
}

const isRoot = process.getuid?.() === 0
const root = isRoot ? [] : ["sudo", "-n"]

export async function throwAwayUser(): Promise<ThrowAwayUser> {
  const temp = await tempFolder()
  await chmod(temp.path, 0o755)
  const name = `loopat-${crypto.randomUUID().slice(0, 8)}`
  const home = join(temp.path, "home")
  const runtime = join(home, "run")
  const none = ["-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0"]
  await asRoot(["useradd", "--no-log-init", "-m", "-k", "/var/empty", "-d", home, "-s", "/bin/sh", ...none, name])
  const uid = (await asRoot(["id", "-u", name])).trim()
  await asRoot(["install", "-d", "-o", name, "-m", "700", runtime])
  const settings = join(temp.path, "containers.conf")
  const machine = process.env["CONTAINERS_CONF"]
  await Bun.write(settings, machine ? await readFile(machine) : "")

  const wrapped = (argv: readonly string[], { env = {}, typed = "" }: RunOptions) => {
    const all = {
      PATH: `${process.env["PATH"]}:/usr/sbin:/sbin`,
      HOME: home,
      XDG_RUNTIME_DIR: runtime,
      LANG: "C.UTF-8",
    }
    const told = Object.entries({ ...all, CONTAINERS_CONF: settings, ...env }).map(([key, value]) => `${key}=${value}`)
    const asUser = ["setpriv", `--reuid=${name}`, `--regid=${name}`, "--init-groups", "--inh-caps=-all"]
    return Bun.spawn([...root, ...asUser, "env", "-i", ...told, ...argv], {
      ...{ cwd: "/", stdin: new Blob([typed]), stdout: "pipe", stderr: "pipe" },
    })
  }

  /** His alone: nobody else has this id. */
  async function endPrograms(): Promise<void> {
    const running = Bun.spawnSync(["ps", "-u", uid, "-o", "pid=", "-o", "stat="]).stdout.toString()
    const pids = running.split("\n").flatMap((line) => /^\s*(\d+)\s+[^Z]/.exec(line)?.[1] ?? [])
    if (pids.length > 0) Bun.spawnSync([...root, "kill", "-KILL", ...pids])
  }

  return {
    home,
    asRoot,
    async copy(program) {
      const folder = join(temp.path, "bin")
      await mkdir(folder, { recursive: true })
      await copyFile(program, join(folder, "loopat"))
      await chmod(join(folder, "loopat"), 0o755)
      return join(folder, "loopat")
    },
    async run(argv, options = {}) {
      const child = wrapped(argv, options)
      const [out, , code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { code, out }
    },
    start(argv, options = {}) {
      const child = wrapped(argv, options)
      let printed = ""
      for (const from of [child.stdout, child.stderr]) void collect(from, (text) => (printed += text))
      return {
        printed: () => printed,
        async [Symbol.asyncDispose]() {
          child.kill("SIGTERM")
          await child.exited
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await endPrograms()
      await asRoot(["userdel", "--force", name])
      await asRoot(["rm", "-rf", "--", temp.path])
    },
  }
}

async function collect(from: ReadableStream<Uint8Array>, tell: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  for await (const piece of from) tell(decoder.decode(piece, { stream: true }))
}

async function asRoot(argv: readonly string[]): Promise<string> {
  const child = Bun.spawn([...root, ...argv], { stdout: "pipe", stderr: "pipe" })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${code}\n${err}`)
  return out
}
