import { mkdir } from "node:fs/promises"
import { join, relative, resolve } from "node:path"
import { brotliCompressSync } from "node:zlib"
import type { App, AppNeeds } from "../app/app.ts"
import { createApp } from "../app/create-app.ts"
import { parseServeOptions } from "../app/options.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { inMemory, tempFolder } from "./temp-folder.ts"

export interface TestApp extends AsyncDisposable {
  app: App
  home: string
}

interface TestAppOptions {
  home?: string
  prepare?: (home: string) => Promise<void>
  flags?: readonly string[]
  /** A folder of built ones, or of `emptyAssets`. */
  assets?: string
}

/** Without podman and agent the program stands still: nothing is fetched, built or started. */
const noPrograms = { LOOPAT_PODMAN_BIN: "/bin/false", LOOPAT_CLAUDE_BIN: "/bin/false" }

/**
 * The whole program on a home of its own, as it is before it begins its work. `prepare` puts into the home what an
 * earlier run would have left there; `home` is one that the caller keeps and removes; `flags` are further ones of `serve`.
 */
export async function testApp(
  over: Partial<AppNeeds> = {},
  { prepare, flags = [], assets, home: given }: TestAppOptions = {},
): Promise<TestApp> {
  const folder = await tempFolder(inMemory())
  const home = given ?? join(folder.path, "home")
  await mkdir(home, { recursive: true })
  await prepare?.(home)
  const parsed = parseServeOptions(["--home", home, "--port", "0", "--preview-port", "0", ...flags], noPrograms, false)
  if (parsed.kind !== "options") throw new Error(parsed.problem)
  const opened = await createApp({
    options: parsed.options,
    program: {
      root,
      assets: relative(root, assets ?? (await emptyAssets(folder.path))),
      self: ["false"],
      executable: "/bin/false",
      arch: "x64",
      build: "test",
      nearby: folder.path,
    },
    machine: { uid: 0, gid: 0, hostname: "test-host", environment: { PATH: "/usr/bin:/bin", HOME: home } },
    disk: createDisk(),
    clock: systemClock,
    ids: systemIds,
    log: silentLog,
    ...over,
  })
  if (opened.kind !== "opened") throw new Error(opened.problem)
  const { app } = opened
  return {
    app,
    home,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** The program's own folder, as it is. */
const root = resolve(import.meta.dir, "../..")

/** For scripts, styles and icon empty files, so that nothing must be built first. */
export async function emptyAssets(parent: string): Promise<string> {
  const assets = join(parent, "assets")
  const files = [
    { role: "script", name: "app-0.js", type: "text/javascript; charset=utf-8" },
    { role: "style", name: "app-0.css", type: "text/css; charset=utf-8" },
    { role: "icon", name: "icon-0.svg", type: "image/svg+xml" },
    { role: "panel-style", name: "panels-0.css", type: "text/css; charset=utf-8" },
    { role: "terminal-script", name: "terminal-0.js", type: "text/javascript; charset=utf-8" },
    { role: "editor-script", name: "editor-0.js", type: "text/javascript; charset=utf-8" },
    { role: "terminal-style", name: "terminal-0.css", type: "text/css; charset=utf-8" },
    { role: "diagram-script", name: "diagrams-0.js", type: "text/javascript; charset=utf-8" },
  ]
  await Bun.write(join(assets, "manifest.json"), JSON.stringify(files))
  for (const { name } of files) await Bun.write(join(assets, `${name}.br`), brotliCompressSync(""))
  return assets
}
