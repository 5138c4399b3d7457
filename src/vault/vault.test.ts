import { expect, test } from "bun:test"
import { link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import {
  type EnvName,
  parseEnvName,
  parseProviderName,
  parseUserName,
  parseVaultName,
  type VaultName,
} from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { Secret } from "../platform/secret.ts"
import type { PersonalConfig } from "../settings/index.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { createVault } from "./index.ts"
import { isReserved } from "./names.ts"

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the test's own value does not parse")
  return value
}
const user = must(parseUserName("alice"))
const vault = must(parseVaultName("default"))
const env = (name: string): EnvName => must(parseEnvName(name))
const place = (name: string, inVault: VaultName = vault) => ({ user, vault: inVault, name: env(name) })

async function withVault(config: PersonalConfig = {}) {
  const folder = await tempFolder()
  const settings = { personal: async () => ({ kind: "read" as const, value: config, raw: config }) }
  const opened = createVault({ disk: createDisk(), home: folder.path, settings })
  const base = join(folder.path, "personal/alice/.loopat/vaults")
  const put = async (path: string, content: string) => {
    await mkdir(dirname(join(base, path)), { recursive: true })
    await writeFile(join(base, path), content)
  }
  return { folder, vault: opened, base, put }
}

test("a value is kept in a file of its own, readable by its owner alone, with one newline", async () => {
  const { folder, vault: open, base } = await withVault()
  await using _ = folder
  expect(await open.write(place("TOKEN"), new Secret("a b\r\n\n"))).toEqual({ kind: "written" })
  expect(await readFile(join(base, "default/envs/TOKEN"), "utf8")).toBe("a b\n")
  expect((await stat(join(base, "default/envs/TOKEN"))).mode & 0o777).toBe(0o600)
  expect((await stat(join(base, "default/envs"))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(base, "default/mounts/home"))).toEqual([".gitkeep"])
  expect((await open.read(user, vault, env("TOKEN")))?.reveal()).toBe("a b")
})

test("all trailing newlines are cut on reading, and nothing else", async () => {
  const { folder, vault: open, put } = await withVault()
  await using _ = folder
  await put("default/envs/A", " x \r\n\r\n")
  await put("default/envs/EMPTY", "\n")
  expect((await open.read(user, vault, env("A")))?.reveal()).toBe(" x ")
  expect(await open.read(user, vault, env("EMPTY"))).toBeUndefined()
  expect(await open.read(user, vault, env("NONE"))).toBeUndefined()
})

test("a value that cannot be a variable is refused with the rule", async () => {
  const { folder, vault: open } = await withVault()
  await using _ = folder
  const check = async (value: string, why: string) =>
    expect(await open.write(place("V"), new Secret(value))).toEqual({ kind: "refused", why: why as "empty" })
  await check("", "empty")
  await check("\n", "empty")
  await check("a\0b", "not-text")
  await check("x".repeat(64 * 1024), "too-long")
  await open.write(place("Token"), new Secret("1"))
  expect(await open.write(place("TOKEN"), new Secret("2"))).toEqual({ kind: "refused", why: "case" })
  expect(await open.write(place("Token"), new Secret("2"))).toEqual({ kind: "written" })
})

test("a page learns names and states, never a value", async () => {
  const { folder, vault: open, put } = await withVault({ providers: { a: { apiKey: "${MY_KEY}" } } })
  await using _ = folder
  await put("default/envs/MY_KEY", "sk-canary-1\n")
  await put("default/envs/PATH", "sk-canary-2\n")
  await put("default/envs/EMPTY", "")
  await put("default/envs/not a name", "sk-canary-3\n")
  const entries = await open.entries(user, vault)
  expect(entries).toEqual([
    { name: env("EMPTY"), set: false },
    { name: env("MY_KEY"), set: true, withheld: "provider-key" },
    { name: env("PATH"), set: true, withheld: "reserved" },
  ])
  expect(JSON.stringify(entries)).not.toContain("canary")
})

test("links that leave the vault, second names, folders and pipes are left out and named", async () => {
  const { folder, vault: open, put, base } = await withVault()
  await using _ = folder
  await put("default/envs/REAL", "inside-the-vault\n")
  await put("other/envs/B", "of-another-vault\n")
  await writeFile(join(folder.path, "outside"), "of-the-host\n")
  const envs = join(base, "default/envs")
  await symlink("REAL", join(envs, "SAME_VAULT"))
  await symlink("../../other/envs/B", join(envs, "OTHER_VAULT"))
  await symlink("/etc/passwd", join(envs, "HOST"))
  await symlink("GONE", join(envs, "DANGLING"))
  await symlink("LOOP", join(envs, "LOOP"))
  await link(join(folder.path, "outside"), join(envs, "SECOND_NAME"))
  await mkdir(join(envs, "FOLDER"))
  expect(Bun.spawnSync(["mkfifo", join(envs, "PIPE")]).exitCode).toBe(0)
  const entries = await open.entries(user, vault)
  expect(entries.filter(({ set }) => set).map(({ name }): string => name)).toEqual(["REAL", "SAME_VAULT"])
  expect(entries.filter(({ leftOut }) => leftOut).map(({ name }): string => name)).toEqual([
    "FOLDER",
    "HOST",
    "LOOP",
    "OTHER_VAULT",
    "PIPE",
    "SECOND_NAME",
  ])
  for (const name of ["OTHER_VAULT", "HOST", "SECOND_NAME", "PIPE"]) {
    expect(await open.read(user, vault, env(name))).toBeUndefined()
  }
})

test("nothing is written through a vault folder that leads out of the person's own", async () => {
  const { folder, vault: open, base } = await withVault()
  await using _ = folder
  await mkdir(join(folder.path, "elsewhere/envs"), { recursive: true })
  await mkdir(base, { recursive: true })
  await symlink(join(folder.path, "elsewhere"), join(base, "default"))
  expect(await open.write(place("A"), new Secret("x"))).toEqual({ kind: "refused", why: "outside" })
  expect(await readdir(join(folder.path, "elsewhere/envs"))).toEqual([])
})

test("a key file named by an older configuration is read beneath the vault only", async () => {
  const { folder, vault: open, put } = await withVault()
  await using _ = folder
  await put("default/keys/anthropic", "old-style-key\n")
  await put("other/keys/anthropic", "not-yours\n")
  expect((await open.readFile(user, vault, "keys/anthropic"))?.reveal()).toBe("old-style-key")
  for (const path of ["../other/keys/anthropic", "keys/../../other/keys/anthropic", "/etc/passwd", "", "keys"]) {
    expect(await open.readFile(user, vault, path)).toBeUndefined()
  }
})

test("the vault named default is there before its folder is", async () => {
  const { folder, vault: open, put } = await withVault()
  await using _ = folder
  expect(await open.list(user)).toEqual([vault])
  await put("prod/envs/.gitkeep", "")
  await put(".hidden/envs/.gitkeep", "")
  expect(await open.list(user)).toEqual([vault, must(parseVaultName("prod"))])
})

test("a removed value is gone, and removing it again is fine", async () => {
  const { folder, vault: open } = await withVault()
  await using _ = folder
  await open.write(place("A"), new Secret("x"))
  await open.remove(place("A"))
  await open.remove(place("A"))
  expect(await open.read(user, vault, env("A"))).toBeUndefined()
})

test("workspace keys lie apart, readable by the server alone", async () => {
  const { folder, vault: open } = await withVault()
  await using _ = folder
  const name = must(parseProviderName("团队 key"))
  expect(await open.workspaceKey(name)).toBeUndefined()
  expect(await open.writeWorkspaceKey(name, new Secret("sk-shared-1"))).toEqual({ kind: "written" })
  expect((await open.workspaceKey(name))?.reveal()).toBe("sk-shared-1")
  expect((await stat(join(folder.path, "secrets/@workspace/providers/团队 key"))).mode & 0o777).toBe(0o600)
  await open.removeWorkspaceKey(name)
  expect(await open.workspaceKey(name)).toBeUndefined()
})

test("what must be scrubbed is every value of eight characters or more, of this vault and the workspace", async () => {
  const { folder, vault: open, put } = await withVault()
  await using _ = folder
  await put("default/envs/LONG", "12345678\n")
  await put("default/envs/SHORT", "1234567\n")
  await put("prod/envs/OTHER", "of-another-vault\n")
  await open.writeWorkspaceKey(must(parseProviderName("shared")), new Secret("sk-shared-1"))
  expect(await open.scrubbable(user, vault)).toEqual([
    { name: "LONG", value: "12345678" },
    { name: "shared", value: "sk-shared-1" },
  ])
})

test("names that steer programs are reserved", () => {
  const reserved =
    "PATH HOME USER SHELL LD_PRELOAD NODE_OPTIONS BASH_ENV ENV PROMPT_COMMAND GIT_CONFIG_COUNT GIT_SSH_COMMAND CLAUDE_CONFIG_DIR ANTHROPIC_API_KEY LOOPAT_X MISE_Y"
  expect(reserved.split(" ").filter((name) => !isReserved(env(name)))).toEqual([])
  expect(["PATHS", "GH_TOKEN", "MY_PATH", "GITHUB"].filter((name) => isReserved(env(name)))).toEqual([])
})
