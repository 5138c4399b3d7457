/** One server, one workspace, one browser for a journey: everything real but the model. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { testBaseImage } from "../testing/base-image.ts"
import { isGeneralWarning, launchBrowser } from "../testing/live-page.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const root = join(import.meta.dir, "../..")
const executable = join(root, "dist/loopat")
const pictures = join(root, ".e2e")
const agentProgram = join(root, `node_modules/@anthropic-ai/claude-agent-sdk-linux-${process.arch}/claude`)

/** A server that takes longer to stop hangs. */
const stopMs = 60_000

export const wide = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }

export interface Server extends AsyncDisposable {
  readonly url: string
  readonly home: string
  readonly pid: number
  /** All the server has printed so far. */
  output(): string
  /** SIGKILL: as if the power went, for the process alone. */
  kill(): Promise<void>
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>
  /** Starts again on the same home and port. */
  restart(): Promise<void>
}

export interface ServerOptions {
  env?: Record<string, string>
  args?: string[]
  config?: object
  /** Another build than the usual one. */
  executable?: string
  /** A command line that the server's own follows, such as the way into a namespace. */
  through?: readonly string[]
  /** A home that the caller keeps and removes. */
  home?: string
  /** For journeys that run no program in a loop: no podman is asked for anything. */
  sandboxes?: false
  /** The home gets its own copy of the agent's program, looked at and compared, as on a first start; else it is named. */
  fetchesAgent?: true
}

/** Starts the executable on a fresh home and waits until it has said that it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const folder = await tempFolder()
  const around: Record<string, string> =
    options.sandboxes === false
      ? { LOOPAT_PODMAN_BIN: "/bin/false", LOOPAT_CLAUDE_BIN: "/bin/false" }
      : {
          LOOPAT_SANDBOX_IMAGE: await testBaseImage(),
          ...(!options.fetchesAgent && { LOOPAT_CLAUDE_BIN: agentProgram }),
        }
  const home = options.home ?? join(folder.path, "home")
  if (options.config) await Bun.write(join(home, "config.json"), JSON.stringify({ version: 1, ...options.config }))
  let port = "0"
  let printed = ""
  let child = await start()

  async function start() {
    const args = ["serve", "--home", home, "--port", port, "--log", "text", "--keep", ...(options.args ?? [])]
    const process = Bun.spawn([...(options.through ?? []), options.executable ?? executable, ...args], {
      cwd: folder.path,
      env: environment({ ...around, ...options.env }),
      stdout: "pipe",
      stderr: "pipe",
    })
    printed = ""
    void collect(process.stdout, (text) => (printed += text))
    void collect(process.stderr, (text) => (printed += text))
    const address = await until("the server prints its address", () => /pages\s+(http:\/\/\S+)/.exec(printed)?.[1], {
      failed: () => (process.exitCode === null ? undefined : `it ended with ${process.exitCode}:\n${printed}`),
    })
    port = new URL(address).port
    return process
  }

  return {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    home,
    get pid() {
      return child.pid
    },
    output: () => printed,
    async kill() {
      child.kill("SIGKILL")
      await child.exited
    },
    stop: () => stopped(child, () => printed),
    async restart() {
      child = await start()
    },
    async [Symbol.asyncDispose]() {
      await stopped(child, () => printed)
      if (options.sandboxes !== false) await removeContainers(home)
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** SIGTERM and the exit code; throws when it does not end by itself. */
async function stopped(child: Bun.Subprocess, printed: () => string): Promise<number> {
  child.kill("SIGTERM")
  const late = Bun.sleep(stopMs).then(() => "late" as const)
  const code = await Promise.race([child.exited, late])
  if (code !== "late") return code
  child.kill("SIGKILL")
  throw new Error(`the server did not stop when it was told to:\n${printed().slice(-6_000)}`)
}

function environment(extra: Record<string, string> = {}): Record<string, string> {
  const passed = ["PATH", "HOME", "CONTAINERS_CONF", "XDG_RUNTIME_DIR", "TMPDIR"]
  const own = Object.fromEntries(passed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  return { ...own, LANG: "C.UTF-8", LOOPAT_SERVE_PORT: "0", ...extra }
}

/** Every container of this home's workspace, by its exact label. */
async function removeContainers(home: string): Promise<void> {
  const config: { id?: string } = JSON.parse(await readFile(join(home, "config.json"), "utf8").catch(() => "{}"))
  if (!config.id) return
  const list = Bun.spawnSync(["podman", "ps", "-aq", "--filter", `label=loopat.workspace=${config.id}`])
  const ids = list.stdout.toString().split("\n").filter(Boolean)
  if (ids.length > 0) Bun.spawnSync(["podman", "rm", "-f", "-t", "0", ...ids])
}

async function collect(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder()
  for await (const piece of stream) take(decoder.decode(piece, { stream: true }))
}

interface UntilOptions {
  timeoutMs?: number
  failed?: () => string | undefined
}

/** Waits for a condition that is looked at every 20 ms. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  options: UntilOptions = {},
): Promise<T> {
  const end = performance.now() + (options.timeoutMs ?? 60_000)
  while (performance.now() < end) {
    const found = await look()
    if (found) return found
    const failed = options.failed?.()
    if (failed) throw new Error(`waiting until ${what}: ${failed}`)
    await Bun.sleep(20)
  }
  throw new Error(`waited in vain until ${what}`)
}

export interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** Console messages and requests to other hosts: both must stay empty. */
  readonly complaints: string[]
  /** Keeps a picture for people to look at. */
  picture(name: string): Promise<void>
}

interface VisitOptions {
  size?: { width: number; height: number }
  language?: "en" | "zh"
  theme?: "light" | "dark"
  script?: boolean
}

let browser: Promise<Browser> | undefined
/** Any name below `.test` is this machine: foreign sites for the tests that need some. */
const everyTestName = "--host-resolver-rules=MAP *.test 127.0.0.1"

/** The one browser of a test file; `closeBrowser` belongs into its `afterAll`. */
async function openBrowser(): Promise<Browser> {
  browser ??= launchBrowser(everyTestName)
  return browser
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close()
  browser = undefined
}

export async function visit(server: Server, options: VisitOptions = {}): Promise<Visit> {
  const { size = wide, language = "en", theme = "light", script = true } = options
  const context = await (
    await openBrowser()
  ).newContext({
    baseURL: server.url,
    viewport: size,
    locale: language === "zh" ? "zh-CN" : "en-US",
    colorScheme: theme,
    javaScriptEnabled: script,
    hasTouch: size.width < 500,
    reducedMotion: "reduce",
  })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on("console", (message) => {
    if (!isGeneralWarning(message.text())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`))
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol !== "data:" && origin !== server.url) complaints.push(`foreign request: ${request.url()}`)
  })
  return {
    page,
    context,
    complaints,
    picture: async (name) => void (await page.screenshot({ path: join(pictures, `${name}.png`) })),
    // Chromium now and then never says that it has closed one; the browser's own end takes that along.
    [Symbol.asyncDispose]: () => Promise.race([context.close(), Bun.sleep(10_000)]),
  }
}

const person = { name: "ada", password: "correct horse battery" }

/** First run: the account and, by default, the demo provider. */
export async function setUp(page: Page, server: Server): Promise<void> {
  await page.goto(server.url)
  const token = /token:\s*(\S+)/.exec(server.output())?.[1]
  if (token && (await page.getByLabel("Set-up token").count()) > 0) await page.getByLabel("Set-up token").fill(token)
  await page.getByLabel("Workspace name").fill("Acme")
  await page.getByLabel("Name", { exact: true }).fill(person.name)
  await page.getByLabel("Password", { exact: true }).fill(person.password)
  await page.getByRole("button", { name: "Create account" }).click()
  await page.waitForURL((url) => !url.pathname.includes("set-up") || url.pathname.includes("provider"))
}

export async function signIn(page: Page): Promise<void> {
  await page.goto("/")
  await page.getByLabel("Name", { exact: true }).fill(person.name)
  await page.getByLabel("Password", { exact: true }).fill(person.password)
  await page.getByRole("button", { name: "Sign in" }).click()
  await page.getByRole("link", { name: "Loops" }).first().waitFor()
}
