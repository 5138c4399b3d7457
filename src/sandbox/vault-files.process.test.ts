import { expect, test } from "bun:test"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { sandboxWorld, type SandboxWorldOptions } from "../testing/sandbox-world.ts"
import type { VaultFiles } from "./needs.ts"

const shell = (line: string): [string, ...string[]] => ["sh", "-c", line]
const file = (path: string, content: string, executable = false) => ({
  ...{ path, executable },
  content: Buffer.from(content),
})

/** A sandbox whose loop has a vault with files; which ones may change between starts. */
async function world(options: SandboxWorldOptions = {}) {
  const files: ReturnType<typeof file>[] = []
  const told: Parameters<VaultFiles["delivered"]>[1][] = []
  let broken: Error | undefined
  const sandbox = await sandboxWorld({
    ...options,
    vaultFiles: {
      async of() {
        if (broken) throw broken
        return files
      },
      delivered: (_, outcome) => told.push(outcome),
    },
  })
  return {
    ...{ sandbox, files, told },
    break: (error: Error | undefined) => (broken = error),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  }
}

const canary = "canary-of-a-vault-file"

test("a vault's files are in the home at the first program, in memory, for the sandbox's user alone, and on this machine nowhere else", async () => {
  await using w = await world()
  const { sandbox } = w
  w.files.push(
    file(".ssh/id_ed25519", canary),
    file(".ssh/sub/config", "x"),
    file("bin/tool", "#!/bin/sh\necho ran\n", true),
  )
  const spec = await sandbox.spec()
  await mkdir(join(spec.folders.home, ".before"), { recursive: true })
  await writeFile(join(spec.folders.home, "bin"), "a file of the home")
  await sandbox.sandboxes.giveAway(spec.folders.home)
  const box = await sandbox.started(spec)
  const { stdout } = await box.capture({
    argv: shell(
      "cat ~/.ssh/id_ed25519; echo; ~/bin/tool; cat ~/.before-vault/bin; echo; stat -L -c '%a %U %n' ~/.ssh ~/.ssh/sub ~/.ssh/id_ed25519 ~/bin/tool ~/.before-vault; stat -f -c %T ~/.ssh/",
    ),
  })
  expect(stdout.trim().split("\n")).toEqual([
    ...[canary, "ran", "a file of the home"],
    ...["700 loopat /home/loopat/.ssh", "700 loopat /home/loopat/.ssh/sub", "600 loopat /home/loopat/.ssh/id_ed25519"],
    ...["700 loopat /home/loopat/bin/tool", "700 loopat /home/loopat/.before-vault", "tmpfs"],
  ])
  expect(w.told).toEqual([{ names: [".ssh", "bin"], moved: [{ entry: "bin", to: ".before-vault/bin" }], leftOut: [] }])

  const containers = (await sandbox.podman("ps", "-aq", `--filter=label=loopat.workspace=${sandbox.workspace}`)).trim()
  expect(await sandbox.podman("inspect", containers)).not.toContain(canary)
  expect(await sandbox.podman("logs", containers)).not.toContain(canary)
  const onDisk = () => Bun.$`grep -r --devices=skip -l ${canary} ${sandbox.folder}`.nothrow().text()
  expect(await onDisk()).toBe("")
  expect(sandbox.log.join("\n")).not.toContain(canary)
  await sandbox.sandboxes.stop(spec.loop, "test")
  w.files.length = 0
  const again = await sandbox.started(spec)
  const left = await again.capture({
    argv: shell(
      "ls -A /run/loopat-vault; ls -d ~/.ssh ~/bin; sudo find / /run/loopat-vault /tmp /home/loopat -xdev -newer /etc/hostname -type f -size -5000k -exec grep -l canary-of {} + 2>/dev/null",
    ),
  })
  expect(left.stdout).toBe("")
  expect(await onDisk()).toBe("")
}, 60_000)

test("an edit inside is the vault's again at the next start, a changed vault is delivered, and what it lost leaves no dangling link", async () => {
  await using w = await world()
  const { sandbox } = w
  w.files.push(file(".gitconfig", "[user]\n\tname = From The Vault\n"), file(".npmrc", "one"))
  const spec = await sandbox.spec()
  const first = await sandbox.started(spec)
  const name = async (box: typeof first) =>
    (await box.capture({ argv: ["git", "config", "--global", "user.name"] })).stdout.trim()
  expect(await name(first)).toBe("From The Vault")
  await first.capture({ argv: ["git", "config", "--global", "user.name", "Edited Inside"] })
  expect(await name(first)).toBe("Edited Inside")
  await sandbox.sandboxes.stop(spec.loop, "test")

  w.files.splice(1, 1, file(".config/tool", "two"))
  const second = await sandbox.started(spec)
  expect(await name(second)).toBe("From The Vault")
  const links = await second.capture({
    argv: shell("cat ~/.config/tool; find ~ -maxdepth 1 -type l | sort; find ~ -maxdepth 1 -xtype l"),
  })
  expect(links.stdout).toBe("two/home/loopat/.config\n/home/loopat/.gitconfig\n")

  // A guest that crashed and came back has not lost what was delivered.
  const killed = await second
    .capture({ argv: shell("pkill -KILL -o -x loopat || pkill -KILL -f 'guest.js guest'") })
    .catch(() => undefined)
  expect(killed?.code ?? 0).toBe(0)
  for (;;) {
    const box = sandbox.sandboxes.running(spec.loop)
    if (box && box !== second) {
      expect(await name(box)).toBe("From The Vault")
      break
    }
    await Bun.sleep(20)
  }
}, 60_000)

test("root inside, who plants links where files will lie, turns none of them elsewhere", async () => {
  await using w = await world()
  const { sandbox } = w
  const spec = await sandbox.spec()
  const box = await sandbox.started(spec)
  const plant =
    "sudo rm -rf ~/.before-vault && sudo ln -s /loopat/loop/*/workdir ~/.before-vault && echo mine > ~/.ssh && sudo ln -sfn /loopat/loop/*/workdir /run/loopat-vault/home; echo done"
  expect((await box.capture({ argv: shell(plant) })).stdout).toBe("done\n")
  await sandbox.sandboxes.stop(spec.loop, "test")
  w.files.push(file(".ssh", canary), file(".npmrc", canary))
  const again = await sandbox.started(spec)
  const seen = await again.capture({ argv: shell("cat ~/.ssh; cat ~/.npmrc; ls -A /loopat/loop/*/workdir") })
  expect(seen.stdout).toBe(`mine\n${canary}`)
  expect(w.told.map(({ leftOut }) => leftOut.map(({ path }) => path))).toEqual([[".ssh"]])
}, 60_000)

test("a start without vault files makes no call more of podman and asks nothing of the guest", async () => {
  const calls = async (options: "absent" | "empty") => {
    await using w = await world()
    await using plain = await sandboxWorld()
    const sandbox = options === "empty" ? w.sandbox : plain
    const spec = await sandbox.spec()
    await sandbox.started(spec)
    await sandbox.sandboxes.stop(spec.loop, "test")
    const before = new Map(sandbox.processes.counts)
    const box = await sandbox.started(spec)
    const counts = [...sandbox.processes.counts].map(([name, count]) => [name, count - (before.get(name) ?? 0)])
    expect(w.told).toEqual([])
    return {
      counts,
      held: (await box.capture({ argv: shell("ls -A /run/loopat-vault ~/.before-vault 2>/dev/null") })).stdout,
    }
  }
  const empty = await calls("empty")
  expect(empty).toEqual(await calls("absent"))
  expect(empty.held).not.toContain("home")
}, 60_000)

test("a vault that cannot be read fails the start with the reason, and the next try works once it is mended", async () => {
  await using w = await world()
  const spec = await w.sandbox.spec()
  w.files.push(file("a", "x"))
  w.break(new Error("EACCES: permission denied, open '/…/default'"))
  const outcome = await w.sandbox.sandboxes.start(spec)
  expect(outcome).toMatchObject({ kind: "failed", reason: "start-failed" })
  expect(outcome.kind === "failed" && outcome.detail).toContain("the vault's files could not be read: EACCES")
  expect(w.sandbox.sandboxes.running(spec.loop)).toBeUndefined()
  w.break(undefined)
  const box = await w.sandbox.started(spec)
  expect((await box.capture({ argv: shell("cat ~/a") })).stdout).toBe("x")
}, 60_000)
