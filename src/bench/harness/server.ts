/** The compiled executable as its own process, on a home of its own. */
import { mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { difference, type Metrics, parseMetrics } from "./metrics.ts"
import { environment, freePort, output, pinned, type Program, root, startProgram, until } from "./programs.ts"
import { createVisitor, type Visitor } from "./visitor.ts"

export const executable = join(root, "dist/loopat")
export const agentProgram = join(root, `node_modules/@anthropic-ai/claude-agent-sdk-linux-${process.arch}/claude`)
const metricsToken = "bench-bench-bench-bench"
const person = { name: "ada", password: "correct horse battery" }

export interface ServerOptions {
  /** Folder of the run; the home is made in it unless it is given. */
  folder: string
  mark: string
  home?: string
  config?: object
  /** A tag of a base image: sandboxes run. Without it podman and agent are missing. */
  image?: string
  env?: Record<string, string>
  args?: string[]
  profile?: string
  /** Another build than the one that was just made. */
  executable?: string
}

export interface Server extends AsyncDisposable {
  readonly url: string
  readonly home: string
  readonly pid: number
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number
  readonly visitor: Visitor
  metrics(collect?: boolean): Promise<Metrics>
  /** What it counted while this was done. */
  counted(work: () => Promise<unknown>): Promise<Metrics>
  output(): string
  /** Resolves when it does nothing in the background any more. */
  rest(): Promise<void>
  /** The first person's account, signed in. */
  enter(): Promise<Visitor>
  kill(): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
}

export async function createServer(options: ServerOptions): Promise<Server> {
  const { folder, mark } = options
  const home = options.home ?? join(folder, `home-${crypto.randomUUID().slice(0, 8)}`)
  await mkdir(home, { recursive: true, mode: 0o700 })
  if (options.config) await Bun.write(join(home, "config.json"), JSON.stringify({ version: 1, ...options.config }))
  const port = freePort()
  const url = `http://127.0.0.1:${port}`
  const visitor = createVisitor(url)
  let program: Program | undefined
  let startMs = 0

  async function start(): Promise<void> {
    const begun = performance.now()
    const started = startProgram(pinned(serveArguments(options, home, port)), {
      env: serveEnvironment(options),
      cwd: options.profile ? root : folder,
    })
    program = started
    await firstAnswer(`${url}/livez`, started)
    startMs = performance.now() - begun
  }

  const running = () => {
    if (!program) throw new Error("the server does not run")
    return program
  }
  const metrics = async (collect = false) => {
    const address = `${url}/metrics${collect ? "?collect" : ""}`
    const answer = await fetch(address, { headers: { authorization: `Bearer ${metricsToken}` } })
    if (answer.status !== 200) throw new Error(`/metrics answered ${answer.status}`)
    return parseMetrics(await answer.text())
  }
  await start()
  const server: Server = {
    url,
    home,
    visitor,
    metrics,
    start,
    get pid() {
      return running().pid
    },
    get startMs() {
      return startMs
    },
    async counted(work) {
      const before = await metrics()
      await work()
      return difference(await metrics(), before)
    },
    output: () => running().output(),
    rest: () => atRest(server),
    async enter() {
      await enter(server)
      await atRest(server)
      return visitor
    },
    async kill() {
      await running().kill("SIGKILL")
    },
    async stop() {
      await running().kill("SIGTERM")
    },
    async [Symbol.asyncDispose]() {
      await program?.kill("SIGTERM")
      if (options.image) await removeContainers(home)
    },
  }
  void mark
  return server
}

const serveArguments = (options: ServerOptions, home: string, port: number): string[] => [
  ...programOf(options),
  ...["serve", "--home", home, "--port", String(port), "--log", "text", "--keep", ...(options.args ?? [])],
]

const programOf = ({ profile, executable: another = executable }: ServerOptions): string[] =>
  profile ? [process.execPath, "run", ...profileArguments(profile), join(root, "src/main.ts")] : [another]

/** Profiles are taken of the sources, where functions still have their names. */
const profileArguments = (folder: string) => [
  `--cpu-prof`,
  `--cpu-prof-dir=${folder}`,
  `--heap-prof`,
  `--heap-prof-dir=${folder}`,
]

const serveEnvironment = ({ mark, image, env }: ServerOptions) =>
  environment(mark, {
    LOOPAT_METRICS_TOKEN: metricsToken,
    ...(image
      ? { LOOPAT_SANDBOX_IMAGE: image, LOOPAT_CLAUDE_BIN: agentProgram }
      : { LOOPAT_PODMAN_BIN: "/bin/false", LOOPAT_CLAUDE_BIN: "/bin/false" }),
    ...env,
  })

/** Asks without pause, so that a start is measured to the millisecond. */
export async function firstAnswer(address: string, program: Program): Promise<void> {
  let exit: number | undefined
  void program.exited.then((code) => (exit = code))
  await until(
    "it answers",
    () =>
      fetch(address).then(
        ({ ok }) => ok,
        () => false,
      ),
    {
      everyMs: 1,
      timeoutMs: 30_000,
      failed: () => (exit === undefined ? undefined : `it ended with ${exit}: ${program.output()}`),
    },
  )
}

/** What begins after the first page, such as a look at podman, must not be counted as part of a later one. */
async function atRest({ metrics }: Server): Promise<void> {
  const work = async () => {
    const counts = await metrics()
    return ["processes_total", "files_opened_total"].map((name) => counts.value(name)).join()
  }
  let [before, same] = ["", 0]
  await until(
    "the start is over",
    async () => {
      const now = await work()
      same = now === before ? same + 1 : 0
      before = now
      return same >= 10 && !now.startsWith("0,")
    },
    { everyMs: 50, timeoutMs: 60_000 },
  )
}

async function enter({ visitor, output }: Server): Promise<void> {
  const setUp = await visitor.get("/set-up")
  const answer =
    setUp.status === 200
      ? await visitor.post("/set-up", {
          workspace: "Acme",
          token: /token:\s*(\S+)/.exec(output())?.[1] ?? "",
          ...person,
        })
      : await visitor.post("/sign-in", person)
  if (answer.status !== 303)
    throw new Error(`nobody could sign in: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
  const list = await visitor.get("/loops")
  if (list.status !== 200) throw new Error(`the list of loops answers ${list.status}`)
}

/** A container that has just ended is still being unmounted; podman says so instead of waiting. */
export async function removeContainer(container: string): Promise<void> {
  for (let left = 20; ; left--) {
    try {
      await output(["podman", "rm", "-f", "-i", "-t", "0", container])
      return
    } catch (error) {
      if (left === 0) throw error
      await Bun.sleep(250)
    }
  }
}

/** Every container of this home's workspace, by its exact label, and the folder of its sockets. */
export async function removeContainers(home: string): Promise<void> {
  const { id }: { id?: string } = JSON.parse(await readFile(join(home, "config.json"), "utf8").catch(() => "{}"))
  if (!id) return
  const list = await output(["podman", "ps", "-aq", "--filter", `label=loopat.workspace=${id}`])
  for (const container of list.split("\n").filter(Boolean)) await removeContainer(container)
  const runtime = process.env["XDG_RUNTIME_DIR"] ?? "/run"
  await output(["rm", "-rf", "--", join(runtime, "loopat", id.slice(0, 8))])
}
