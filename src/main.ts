/** Flags and environment → program. The only reader of the environment; `loopat guest` imports nothing else of it. */
import { dirname, join } from "node:path"

declare const LOOPAT_VERSION: string
declare const LOOPAT_COMMIT: string

const args = process.argv.slice(2)
const first = args[0] ?? "serve"
const command = first.startsWith("-") && first !== "--help" ? "serve" : first
const rest = command === first ? args.slice(1) : args

if (command === "guest") {
  const { guestCommand } = await import("./cli/guest.ts")
  await guestCommand(rest, program().self, program().build)
} else if (command === "connect") {
  const { connectCommand } = await import("./cli/connect.ts")
  process.exit(await connectCommand(rest, { input: process.stdin, output: process.stdout, errors: process.stderr }))
} else {
  const { runCommand } = await import("./cli/command.ts")
  process.exitCode = await runCommand({
    command,
    args: rest,
    env: process.env,
    program: program(),
    terminal: process.stdout.isTTY === true,
    print: (line) => void process.stdout.write(`${line}\n`),
    complain: (line) => void process.stderr.write(`${line}\n`),
    readLine: readSecretLine,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    onSignal: (react) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, react)
    },
    onFailure: (react) => void process.on("unhandledRejection", react),
    exit: (code) => process.exit(code),
  })
}

/** Where this program's own parts lie: inside the executable, or in the sources. */
function program() {
  const compiled = import.meta.dirname.startsWith("/$bunfs/")
  const root = compiled ? import.meta.dirname : join(import.meta.dirname, "..")
  return {
    root,
    /** The executable keeps only the last name of a folder. */
    assets: compiled ? "assets" : "dist/assets",
    self: compiled ? [process.execPath] : [process.execPath, import.meta.path],
    compiled,
    executable: process.execPath,
    arch: process.arch,
    build: compiled ? `${LOOPAT_VERSION} ${LOOPAT_COMMIT}` : "sources",
    /** Where the agent's package lies when the program was built or runs in its own sources. */
    nearby: join(compiled ? dirname(dirname(process.execPath)) : root, "node_modules"),
  }
}

/** One line of standard input; on a terminal it is not shown while it is typed. */
async function readSecretLine(prompt: string): Promise<string> {
  const hidden = process.stdin.isTTY === true
  if (hidden) process.stderr.write(prompt)
  if (hidden) process.stdin.setRawMode(true)
  let line = ""
  for await (const piece of process.stdin) {
    for (const character of String(piece)) {
      if (character === "\u0003") process.exit(130)
      if (character === "\r" || character === "\n") return finish()
      line = character === "\u007f" ? line.slice(0, -1) : line + character
    }
  }
  return finish()

  function finish() {
    if (hidden) process.stdin.setRawMode(false)
    if (hidden) process.stderr.write("\n")
    process.stdin.pause()
    return line
  }
}
