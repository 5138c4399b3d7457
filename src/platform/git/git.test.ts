import { expect, test } from "bun:test"
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { outsideRepository } from "../../testing/git-repository.ts"
import { tempFolder } from "../../testing/temp-folder.ts"
import { createDisk } from "../disk/disk.ts"
import { createProcesses } from "../process/processes.ts"
import {
  checkOutNew,
  cloneBorrowing,
  fetchAll,
  initBare,
  lookUp,
  parseGitAddress,
  parseLookUp,
  parseRef,
  parseTrunk,
} from "./commands.ts"
import { createGit, gitCommand } from "./git.ts"

const ours = { folder: "/ours", knownHosts: "/secrets/known_hosts" }

test("every git call has a closed environment and the settings that win over a repository's own", () => {
  expect(gitCommand({ args: ["status", "--", "x"], repository: "/r.git", workTree: "/w" }, ours)).toEqual({
    argv: [
      "git",
      "--no-pager",
      ...["-c", "core.hooksPath=/dev/null"],
      ...["-c", "core.fsmonitor=false"],
      ...["-c", "core.attributesFile=/dev/null"],
      ...["-c", "core.excludesFile=/dev/null"],
      ...["-c", "core.protectHFS=true"],
      ...["-c", "core.protectNTFS=true"],
      ...["-c", "credential.helper="],
      ...["-c", "gc.auto=0"],
      ...["-c", "maintenance.auto=false"],
      ...["-c", "submodule.recurse=false"],
      ...["-c", "fetch.recurseSubmodules=false"],
      "--git-dir=/r.git",
      "--work-tree=/w",
      "status",
      "--",
      "x",
    ],
    cwd: "/w",
    env: {
      HOME: "/ours/no-home",
      XDG_CONFIG_HOME: "/ours/no-home",
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_CONFIG_GLOBAL: "/ours/config",
      GIT_ATTR_NOSYSTEM: "1",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_NO_LAZY_FETCH: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "",
      SSH_ASKPASS: "",
      GIT_ALLOW_PROTOCOL: "https:ssh:file",
      GIT_PROTOCOL_FROM_USER: "0",
      GIT_LFS_SKIP_SMUDGE: "1",
      GIT_SSH_COMMAND:
        "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oUpdateHostKeys=no -oConnectTimeout=10 '-oUserKnownHostsFile=${LOOPAT_WELL_KNOWN_HOSTS} ${LOOPAT_CONFIRMED_HOSTS} ~/.ssh/known_hosts'",
      LOOPAT_WELL_KNOWN_HOSTS: "/ours/known_hosts",
      LOOPAT_CONFIRMED_HOSTS: "/secrets/known_hosts",
    },
  })
})

test("text from outside stands behind the dashes that end options", () => {
  const check = (argv: readonly string[], outside: string) =>
    expect(argv.slice(0, argv.indexOf(outside))).toContain("--")
  check(initBare("/x").args, "/x")
  check(fetchAll("/r", "https://h/x", 1).args, "https://h/x")
  check(cloneBorrowing("/from", "/to").args, "/from")
  expect(lookUp("/r", ["refs/heads/--x"])).toMatchObject({ stdin: "refs/heads/--x^{commit}\n" })
})

test("an address is https, ssh or a path, without credentials, options or other transports", () => {
  const good = [
    "https://host.example/a/b.git",
    "https://host.example:8443/a",
    "ssh://git@host.example/a.git",
    "ssh://host.example:22/~a/b",
    "git@host.example:a/b.git",
    "/srv/git/app.git",
  ]
  const bad = [
    "",
    "-oProxyCommand=x",
    "--upload-pack=x",
    "http://host.example/a",
    "git://host.example/a",
    "ext::sh -c x",
    "file:///etc",
    "https://user:secret@host.example/a",
    "https://token@host.example/a",
    "ssh://-oProxyCommand=x/a",
    "ssh://-x@host/a",
    "-x@host:a",
    "git@-host:a",
    "git@host:-a",
    "git@host:a:b",
    "/srv/../etc",
    "relative/path",
    "https://host.example/a b",
    "https://host.example/a\nb",
    "https://",
    `https://host.example/${"a".repeat(500)}`,
    7,
    null,
    ["https://host.example/a"],
  ]
  for (const address of good) expect(parseGitAddress(address)).toBe(address)
  for (const address of bad) expect([address, parseGitAddress(address)]).toEqual([address, undefined])
})

test("a ref is one that git takes and that cannot be an option", () => {
  for (const ref of ["main", "feature/x-1", "v1.2", "0a1b2c3", "修复", "a@b"]) expect(parseRef(ref)).toBe(ref)
  const bad = [
    "",
    "-x",
    "/x",
    "a..b",
    "a b",
    "a\u0000",
    "x^",
    "x~1",
    "a:b",
    "@{1}",
    "x/",
    "x.",
    "a//b",
    ".a",
    "a/.b",
    "a.lock",
    "@",
    "[x",
    "x".repeat(201),
    1,
  ]
  for (const ref of bad) expect([ref, parseRef(ref)]).toEqual([ref, undefined])
})

test("answers of git are read line by line", () => {
  expect(parseTrunk("ref: refs/heads/trunk\tHEAD\n0123\tHEAD\n")).toBe("trunk")
  expect(parseTrunk("0123\tHEAD\n")).toBeUndefined()
  const id = "a".repeat(40)
  expect(parseLookUp(`refs/heads/x^{commit} missing\ncommit ${id}\ntree ${id}\n`)).toEqual([undefined, id, undefined])
})

async function world() {
  const folder = await tempFolder()
  const disk = createDisk()
  const processes = createProcesses({ PATH: process.env.PATH ?? "", HOME: folder.path })
  const git = createGit({ processes, disk, folder: `${folder.path}/ours`, knownHosts: `${folder.path}/known_hosts` })
  return { path: folder.path, git, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

test("planted hooks, monitors, filters and configuration of a user are never run", async () => {
  await using here = await world()
  const canary = `${here.path}/ran`
  const script = `${here.path}/evil.sh`
  await writeFile(script, `#!/bin/sh\ntouch ${canary}\ncat\n`)
  await chmod(script, 0o755)
  // A user's configuration where git would look for it.
  await writeFile(
    `${here.path}/.gitconfig`,
    `[core]\n\thooksPath = ${here.path}/hooks\n\tfsmonitor = ${script}\n[filter "evil"]\n\tsmudge = ${script}\n\tclean = ${script}\n`,
  )
  await mkdir(`${here.path}/hooks`)
  for (const hook of ["post-checkout", "reference-transaction", "post-index-change"]) {
    await writeFile(`${here.path}/hooks/${hook}`, `#!/bin/sh\ntouch ${canary}\n`)
    await chmod(`${here.path}/hooks/${hook}`, 0o755)
  }
  const outside = await outsideRepository(`${here.path}/outside`, {
    ".gitattributes": "* filter=evil diff=evil\n",
    a: "1",
  })
  await outside.git("config", "filter.evil.smudge", script)
  await outside.git("config", "uploadpack.packObjectsHook", script)
  const head = (await outside.git("rev-parse", "HEAD")).trim()

  await here.git.run(initBare(`${here.path}/m.git`))
  // What a repository of ours would never hold, in case something managed to write there.
  await writeFile(
    `${here.path}/m.git/config`,
    `[core]\n\tbare = true\n\trepositoryformatversion = 0\n\thooksPath = ${here.path}/hooks\n\tfsmonitor = ${script}\n`,
  )
  await here.git.run(fetchAll(`${here.path}/m.git`, outside.path, 10_000))
  await here.git.run(cloneBorrowing(`${here.path}/m.git`, `${here.path}/w`))
  await here.git.run(checkOutNew(`${here.path}/w`, "loop/x", head))

  expect(await readFile(`${here.path}/w/a`, "utf8")).toBe("1")
  expect(await stat(canary).catch(() => "not run")).toBe("not run")
})

test("a transport that runs programs is refused even when it comes past the parser", async () => {
  await using here = await world()
  await here.git.run(initBare(`${here.path}/m.git`))
  const refused = await here.git
    .run(fetchAll(`${here.path}/m.git`, `ext::touch ${here.path}/ran`, 10_000))
    .catch((error) => error)
  expect(String(refused)).toContain("not allowed")
  expect(await stat(`${here.path}/ran`).catch(() => "not run")).toBe("not run")
})
