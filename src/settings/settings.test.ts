import { expect, test } from "bun:test"
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { createLog } from "../platform/log.ts"
import { testClock, testIds } from "../testing/clock.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createSettings, durationMs, type PersonalConfig, readWorkspace, type Settings } from "./index.ts"

const presets = await readFile(join(import.meta.dir, "../../templates/presets.json"), "utf8")
function userNamed(text: string): UserName {
  const name = parseUserName(text)
  if (!name) throw new Error(`${text} is no user name`)
  return name
}
const user = userNamed("alice")

async function home(files: Record<string, string> = {}) {
  const folder = await tempFolder()
  const path = join(folder.path, ".acme")
  const logged: string[] = []
  const log = createLog({ format: "text", verbose: true, write: (line) => logged.push(line) }, testClock())
  await mkdir(path)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
  return {
    path,
    logged,
    open: () => createSettings({ disk: createDisk(), home: path, ids: testIds(), log, presets }),
    read: (name: string) => readFile(join(path, name), "utf8"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

async function settingsOf(world: Awaited<ReturnType<typeof home>>): Promise<Settings> {
  const opened = await world.open()
  if (opened.kind !== "opened") throw new Error(JSON.stringify(opened))
  return opened.settings
}

const id = "00000000-0000-4000-8000-000000000001"
const config = (rest: object) => `${JSON.stringify({ version: 1, id, name: "acme", ...rest }, null, 2)}\n`

test("a new home gets an id, its folder's name and nothing that is merely a default", async () => {
  await using world = await home()
  const settings = await settingsOf(world)
  expect(await world.read("config.json")).toBe(config({}))
  expect((await stat(join(world.path, "config.json"))).mode & 0o777).toBe(0o600)
  expect((await settingsOf(world)).workspace().id).toBe(settings.workspace().id)
})

test("whoever only looks reads what a server would start with, and nothing is written", async () => {
  const looked = async (text?: string) => {
    await using world = await home(text === undefined ? {} : { "config.json": text })
    const read = await readWorkspace({ disk: createDisk(), home: world.path, ids: testIds() })
    expect(await readdir(world.path)).toEqual(text === undefined ? [] : ["config.json"])
    if (text !== undefined) expect(await world.read("config.json")).toBe(text)
    return read
  }
  expect(await looked()).toMatchObject({ kind: "read", workspace: { id, name: "acme" } })
  expect(await looked(config({ sandbx: {} }))).toMatchObject({
    kind: "read",
    warnings: ["sandbx is not a setting; did you mean sandbox?"],
  })
  expect(await looked(config({ version: 0 }))).toMatchObject({ kind: "read", workspace: { version: 1, id } })
  expect(await looked(config({ version: 9 }))).toMatchObject({ kind: "newer", version: 9, known: 1 })
  expect(await looked("{\n  oops")).toMatchObject({ kind: "unreadable", line: 2 })
})

test("what is not written has the documented default", async () => {
  await using world = await home({ "config.json": config({ sandbox: { idle: { agent: "7m" } } }) })
  const { sandbox, agent, accounts, retention, limits } = (await settingsOf(world)).workspace()
  expect(sandbox).toMatchObject({
    baseImage: "auto",
    network: { mode: "open", allowHosts: [], blockRanges: [], driversMayAllow: false },
    limits: { cpus: 2, memory: "4g", pids: 2048, openFiles: 65_536, tmp: "1g", disk: "20g" },
    idle: { agent: "7m", agentViewed: "30m", container: "30m", background: "12h" },
    hardening: "standard",
    nested: "off",
  })
  expect([agent.permissionMode, agent.visibility, accounts.registration]).toEqual([
    "bypassPermissions",
    "workspace",
    "approve",
  ])
  expect([retention.deletedLoops, retention.auditMonths, limits.queuePerLoop]).toEqual(["14d", 13, 20])
})

test("a fault at the start is told with line, column and reason, and the file stays", async () => {
  const check = async (text: string, [line, column]: [line: number, column: number], why: RegExp) => {
    await using world = await home({ "config.json": text })
    const opened = await world.open()
    expect(opened).toMatchObject({ kind: "unreadable", line, column })
    expect("why" in opened && opened.why).toMatch(why)
    expect(await world.read("config.json")).toBe(text)
    expect(await readdir(world.path)).toEqual(["config.json"])
  }
  await check('{\n  "version": 1,\n  "id" 2\n}', [3, 8], /colon/)
  await check(config({ sandbox: { hardening: "lax" } }), [6, 18], /sandbox\.hardening.*standard/)
  await check(config({ sandbox: { idle: { agent: "soon" } } }), [7, 16], /sandbox\.idle\.agent.*duration/)
  await check(config({ repos: [{ name: "a/b", git: "x" }] }), [7, 15], /repos\.0\.name.*repository name/)
  await check('{"version": 1, "name": "x"}', [1, 1], /id/)
  await check("[]", [1, 1], /./)
  await check("", [1, 1], /text ends/)
})

test("a file of a newer version is told, and an older one is brought up to date after a copy", async () => {
  await using newer = await home({ "config.json": JSON.stringify({ version: 2, id, name: "x" }) })
  expect(await newer.open()).toEqual({ kind: "newer", path: join(newer.path, "config.json"), version: 2, known: 1 })
  const old = `{\n  "version": 0,\n  "id": "${id}",\n  "name": "old"\n}\n`
  await using older = await home({ "config.json": old })
  expect((await settingsOf(older)).workspace().name).toBe("old")
  expect(await older.read("config.json.v0.bak")).toBe(old)
  expect(await older.read("config.json")).toBe(old.replace("0,", "1,"))
})

test("an unknown setting is warned about with the nearest known name and survives every write", async () => {
  await using world = await home({
    "config.json": config({ publicURL: "x", sandbox: { baseimage: "y", mystery: 1 }, somethingElse: { a: 1 } }),
  })
  const settings = await settingsOf(world)
  const warnings = world.logged.join("\n")
  expect(warnings).toContain("publicURL is not a setting; did you mean publicUrl?")
  expect(warnings).toContain("sandbox.baseimage is not a setting; did you mean sandbox.baseImage?")
  expect(warnings).toMatch(/sandbox\.mystery is not a setting(?!;)/)
  await settings.changeWorkspace((current) => ({ ...current, name: "new" }))
  expect(JSON.parse(await world.read("config.json"))).toEqual({
    ...{ version: 1, id, name: "new", publicURL: "x" },
    ...{ sandbox: { baseimage: "y", mystery: 1 }, somethingElse: { a: 1 } },
  })
})

test("a change writes what it means and no default with it", async () => {
  await using world = await home({ "config.json": config({}) })
  const settings = await settingsOf(world)
  const outcome = await settings.changeWorkspace((now) => ({ ...now, agent: { ...now.agent, visibility: "private" } }))
  expect(outcome).toMatchObject({ kind: "changed", value: { agent: { visibility: "private" } } })
  expect(JSON.parse(await world.read("config.json"))).toEqual({
    version: 1,
    id,
    name: "acme",
    agent: { visibility: "private" },
  })
  expect(settings.workspace().agent.visibility).toBe("private")
})

test("fifty changes at once are all in", async () => {
  await using world = await home({ "config.json": config({}) })
  const settings = await settingsOf(world)
  await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      settings.changeWorkspace((now) => ({ ...now, providerHosts: [...now.providerHosts, `host-${at}`] })),
    ),
  )
  expect(JSON.parse(await world.read("config.json")).providerHosts).toHaveLength(50)
})

test("a later edit by hand counts at once; one that does not parse leaves the last good one in force", async () => {
  await using world = await home({ "config.json": config({}) })
  const settings = await settingsOf(world)
  await writeFile(join(world.path, "config.json"), config({ name: "by hand" }))
  expect((await settings.freshWorkspace()).name).toBe("by hand")
  const torn = '{ "version": 1,\n oops'
  await writeFile(join(world.path, "config.json"), torn)
  expect((await settings.freshWorkspace()).name).toBe("by hand")
  expect(settings.fault()).toMatchObject({ line: 2, column: 2 })
  expect((await settings.changeWorkspace((now) => ({ ...now, name: "x" }))).kind).toBe("unreadable")
  expect(await world.read("config.json")).toBe(torn)
  await writeFile(join(world.path, "config.json"), config({ name: "repaired" }))
  expect((await settings.freshWorkspace()).name).toBe("repaired")
  expect(settings.fault()).toBeUndefined()
})

const own = "personal/alice/.loopat/config.json"
const written = `{
  "shell": "zsh",
  "providers": {
    "default": "a",
    "a": { "models": ["m"], "odd":   [1,2] }
  },
  "future": {"x":1}
}
`

test("a personal configuration keeps every character that the change is not about", async () => {
  await using world = await home({ [own]: written })
  const settings = await settingsOf(world)
  const change = (providers: Record<string, unknown>) => (now: PersonalConfig) => ({
    ...now,
    providers: { ...now.providers, ...providers },
  })
  await settings.changePersonal(user, change({ default: "b" }))
  expect(await world.read(own)).toBe(written.replace('"default": "a"', '"default": "b"'))
})

test("a missing personal configuration reads as empty and is made by the first change", async () => {
  await using world = await home()
  const settings = await settingsOf(world)
  expect(await settings.personal(user)).toEqual({ kind: "read", value: {}, raw: {} })
  await settings.changePersonal(user, (now) => ({ ...now, shell: "fish" }))
  expect(await world.read(own)).toBe('{\n  "shell": "fish"\n}\n')
})

test("a personal configuration that does not parse is named by place and never replaced", async () => {
  const torn = written.replace('"zsh",', '"zsh"')
  await using world = await home({ [own]: torn })
  const settings = await settingsOf(world)
  expect(await settings.personal(user)).toMatchObject({ kind: "unreadable", line: 3, column: 3 })
  expect(await settings.changePersonal(user, () => ({}))).toMatchObject({ kind: "unreadable" })
  expect(await world.read(own)).toBe(torn)
})

test("a change that changes nothing writes nothing", async () => {
  await using world = await home({ [own]: written })
  const settings = await settingsOf(world)
  const before = (await stat(join(world.path, own))).mtimeMs
  await settings.changePersonal(user, (now) => ({ ...now }))
  expect((await stat(join(world.path, own))).mtimeMs).toBe(before)
})

test("durations are read in their units", () => {
  expect(["250ms", "5s", "3m", "2h", "14d"].map(durationMs)).toEqual([250, 5_000, 180_000, 7_200_000, 1_209_600_000])
})
