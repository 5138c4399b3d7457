import { hostname } from "node:os"
import { join } from "node:path"
import { createApp } from "../app/create-app.ts"
import { previewAddress } from "../app/defaults.ts"
import { type ServeOptions, parseServeOptions } from "../app/options.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { Unreadable } from "../platform/disk/json-file.ts"
import { lockHome } from "../platform/disk/lock.ts"
import { createLog } from "../platform/log.ts"
import { Secret } from "../platform/secret.ts"
import { banner } from "./banner.ts"
import type { Surroundings } from "./command.ts"
import { openControl } from "./control.ts"
import { hostEnvironment } from "./environment.ts"
import { build } from "./version.ts"

/** Runs the server until a signal ends it. The exit codes are those of `runCommand`. */
export async function serve(around: Surroundings): Promise<number> {
  const parsed = parseServeOptions(around.args, around.env, around.terminal)
  if (parsed.kind === "usage") {
    around.complain(parsed.problem)
    return 2
  }
  for (const warning of parsed.warnings) around.complain(`loopat: ${warning}`)
  const { options } = parsed
  const disk = createDisk()
  await disk.makeFolder(options.home)
  await disk.own(options.home, around, 0o700)
  const locked = await lockHome(join(options.home, "lock"), { pid: process.pid }, systemClock)
  if (locked.kind === "held") {
    around.complain(
      `another server holds ${options.home}${locked.pid ? ` (process ${locked.pid})` : ""}; stop it first, or start this one on another --home`,
    )
    return 4
  }
  await using _lock = locked.lock
  try {
    return await runUntilSignal(around, options, disk)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    around.complain(`${error.message}\nRepair the file, or put a good copy in its place; nothing was changed.`)
    return 78
  }
}

async function runUntilSignal(
  around: Surroundings,
  options: ServeOptions,
  disk: ReturnType<typeof createDisk>,
): Promise<number> {
  const log = createLog({ format: options.log, verbose: options.verbose, write: around.complain }, systemClock)
  around.onFailure((error) => log.error("something failed that nobody waited for", { error }))
  const { env, program, uid, gid } = around
  const [key, metricsToken] = [env["ANTHROPIC_API_KEY"], env["LOOPAT_METRICS_TOKEN"]]
  const opened = await createApp({
    options,
    program,
    machine: { uid, gid, hostname: hostname(), environment: hostEnvironment(env) },
    ...(key && { environmentKey: new Secret(key) }),
    ...(metricsToken && { metricsToken: new Secret(metricsToken) }),
    disk,
    clock: systemClock,
    ids: systemIds,
    log,
  })
  if (opened.kind !== "opened") {
    around.complain(opened.problem)
    return 78
  }
  await using app = opened.app
  await using _control = await openControl({
    disk,
    home: options.home,
    owner: { uid, gid },
    people: app.people,
    tokens: app.tokens,
    log,
  })
  // Heard from the first moment on: whoever starts it may think better of it before anybody could connect.
  const signal = signalled(around)
  const listening = app.listen()
  if (listening.kind === "in-use") {
    around.complain(`${options.host}:${options.port} is in use by another program; choose another with --port`)
    return 1
  }
  for (const line of banner({
    build,
    home: options.home,
    workspace: app.workspaceName(),
    address: listening.address,
    previews: previewAddress(options),
    setUp: app.setUpToken(),
  }))
    around.print(line)
  app.begin()
  await signal
  around.complain("stopping …")
  return 0
}

/** Resolves with the first signal; the second one ends the program at once. */
function signalled({ onSignal, exit }: Surroundings): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let asked = false
  onSignal(() => {
    if (asked) exit(1)
    asked = true
    resolve()
  })
  return promise
}
