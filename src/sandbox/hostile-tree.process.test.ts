import { describe, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { sandboxWorld } from "../testing/sandbox-world.ts"

describe("a tree that a sandbox made hostile", () => {
  test("makes the server run nothing, whatever is asked of the loop", async () => {
    await using world = await sandboxWorld()
    const spec = await world.spec()
    const box = await world.started(spec)
    const proof = join(world.folder, "server-ran-it")
    await box.capture({
      argv: [
        "bash",
        "-c",
        `git init -q . && git config core.fsmonitor '${"touch " + proof}' && git config core.hooksPath "$PWD/hooks"
         git config filter.x.clean 'touch ${proof}' && echo '* filter=x diff=x' >.gitattributes
         mkdir hooks .claude && printf '#!/bin/sh\\ntouch ${proof}\\n' >hooks/post-checkout && chmod +x hooks/*
         echo '{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"touch ${proof}"}]}]}}' >.claude/settings.json
         printf '[env]\\n_.source = "x.sh"\\n' >.mise.toml; echo 'touch ${proof}' >.envrc
         echo '{"scripts":{"preinstall":"touch ${proof}"}}' >package.json`,
      ],
    })
    await box.files.list("workdir", ".git")
    await box.files.read("workdir", ".git/config")
    await world.sandboxes.stop(spec.loop, "test")
    await world.started(spec)
    await (await world.restart()).adopt(async () => spec)
    await world.sandboxes.remove(spec.loop)
    await world.sandboxes.erase(spec.folders.workdir)
    expect(existsSync(proof)).toBe(false)
    expect([...world.processes.counts.keys()].sort()).toEqual(["chown", "nsenter", "podman", "rm"])
  })

  test("makes the server read no file of the host and hang on nothing", async () => {
    await using world = await sandboxWorld()
    const box = await world.started(await world.spec())
    await box.capture({
      argv: [
        "bash",
        "-c",
        `ln -s /etc/shadow shadow; ln -s / root; ln -s ${world.folder} home; mkfifo pipe; truncate -s 1T huge; ln -s /dev/zero zero`,
      ],
    })
    const asked = {
      shadow: () => box.files.read("workdir", "shadow"),
      root: () => box.files.read("workdir", "root/etc/passwd"),
      home: () => box.files.list("workdir", "home"),
      up: () => box.files.read("workdir", "../../../../etc/passwd"),
      absolute: () => box.files.read("workdir", "/etc/passwd"),
      pipe: () => box.files.read("workdir", "pipe"),
      zero: () => box.files.read("workdir", "zero"),
    }
    for (const [name, read] of Object.entries(asked)) {
      expect([
        name,
        await read().then(
          () => "read",
          (error) => error.kind,
        ),
      ]).toEqual([name, "refused"])
    }
    expect(await box.files.read("workdir", "huge", { maxBytes: 1_000 })).toHaveLength(1_000)
  })
})
