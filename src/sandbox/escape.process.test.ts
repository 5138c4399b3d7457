import { describe, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import type { Box } from "./index.ts"

/** Runs an attempt as the sandbox user and as root inside; each line of output names something that worked. */
async function attempt(box: Box, script: string): Promise<string[]> {
  const worked: string[] = []
  for (const [who, argv] of [
    ["loopat", ["bash", "-c", script]],
    ["root", ["sudo", "-E", "bash", "-c", script]],
  ] as const) {
    const { stdout } = await box.capture({ argv: [...argv] }, { timeoutMs: 60_000 })
    worked.push(
      ...stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => `${who}: ${line}`),
    )
  }
  return worked
}

type Mode = "open" | "gateway-only"

for (const network of ["open", "gateway-only"] as const) {
  describe(`from inside a loop with network ${network}`, () => {
    test("another loop's files, home, processes and sockets are out of reach", () => otherLoops(network))
    test("the server's own files, environment and keys are nowhere", () => serverSecrets(network))
    test("the host's loopback, its addresses and the metadata service do not answer", () => hostAddresses(network))
    test("routes, mounts, namespaces and devices cannot be changed, and what is mounted read-only stays so", () =>
      walls(network))
  })
}

async function otherLoops(network: Mode): Promise<void> {
  await using world = await sandboxWorld()
  const [mine, theirs] = [await world.spec({ network }), await world.spec({ network })]
  const [box, other] = [await world.started(mine), await world.started(theirs)]
  const canary = "canary-of-the-other-loop-5481"
  // Cut in two, so that the search does not find itself.
  const wanted = 'canary-of-the-other-loop-54"81"'
  for (const root of ["workdir", "home", "claude-state"] as const) await other.files.write(root, "secret", canary)
  await other.keep("canary", { argv: ["sleep", "731"], env: { CANARY: canary } })
  expect(
    await attempt(
      box,
      `
      find / -xdev -not -path '/proc/*' -type f -size -100k -print0 2>/dev/null | xargs -0 grep -sl ${wanted} | grep -v /proc/
      grep -slz ${wanted} /proc/[0-9]*/environ
      ls -d /loopat/loop/* | grep ${theirs.loop}
      ls /run/loopat | grep -v -e link.sock -e gateway.sock -e hosts -e gitconfig
      pgrep -f 'sleep 73[1]'
      for pid in 1 2 3 4 5 6 7 8 9; do ls /proc/$pid/root/loopat/loop 2>/dev/null | grep ${theirs.loop}; done
      cat /loopat/loop/${theirs.loop}/workdir/secret /proc/1/root/loopat/loop/${theirs.loop}/workdir/secret 2>/dev/null
      true`,
    ),
  ).toEqual([])
  expect((await other.capture({ argv: ["cat", "secret"] })).stdout).toBe(canary)
}

async function serverSecrets(network: Mode): Promise<void> {
  const canary = "canary-of-the-server-9932"
  await using world = await sandboxWorld({ canary })
  await Bun.write(join(world.folder, "server-secret"), canary)
  const box = await world.started(await world.spec({ network }))
  expect(
    await attempt(
      box,
      `
      find / -xdev -not -path '/proc/*' -type f -size -100k -print0 2>/dev/null | xargs -0 grep -sl ${canary.slice(0, -2)}"32"
      env -i grep -slz ${canary.slice(0, -2)}"32" /proc/[0-9]*/environ
      ls ${world.folder} 2>/dev/null
      cat ${world.folder}/server-secret 2>/dev/null
      tr '\\0' '\\n' </proc/1/environ 2>/dev/null | grep -i -e key -e token -e secret
      true`,
    ),
  ).toEqual([])
}

async function hostAddresses(network: Mode): Promise<void> {
  await using world = await sandboxWorld()
  let visitors = 0
  using server = Bun.serve({
    hostname: "0.0.0.0",
    port: 0,
    fetch() {
      visitors++
      return new Response("reached")
    },
  })
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family }) => family === "IPv4")
    .map(({ address }) => address)
  expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe("reached")
  const targets = [
    ...own,
    "127.0.0.1",
    "localhost",
    "10.0.2.2",
    "10.0.2.3",
    "host.containers.internal",
    "host.docker.internal",
  ]
  const box = await world.started(await world.spec({ network }))
  const urls = [
    ...targets.map((target) => `http://${target}:${server.port}/`),
    `http://[::1]:${server.port}/`,
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/",
  ]
  expect(
    await attempt(
      box,
      `for url in ${urls.map((url) => `'${url}'`).join(" ")}; do curl -gsm 2 -o /dev/null "$url" && echo "$url"; done; true`,
    ),
  ).toEqual([])
  expect(visitors).toBe(1)
}

async function walls(network: Mode): Promise<void> {
  await using world = await sandboxWorld()
  const box = await world.started(await world.spec({ network }))
  expect(
    await attempt(
      box,
      `
      exec 2>/dev/null
      python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)' && echo raw socket
      mount -t tmpfs none /mnt && echo mount
      umount /run/loopat && echo umount
      mount -o remount,rw /run/loopat && echo remount
      unshare -n true && echo network namespace
      unshare -Ur true && echo user namespace
      mknod /tmp/disk b 8 0 && echo device
      touch /run/loopat/x /opt/loopat/bin/loopat /opt/loopat/bin/claude /etc/claude-code/managed-settings.json && echo write
      echo x >/opt/loopat/bin/claude && echo agent
      echo '{}' >/etc/claude-code/managed-settings.json && echo settings
      rm -f /run/loopat/link.sock && echo socket
      ln -s /run/podman/podman.sock /run/loopat/gateway.sock2 && echo link
      echo 1 >/proc/sys/kernel/core_pattern && echo core pattern
      echo x >/proc/sysrq-trigger && echo sysrq
      ls /run/podman /var/lib/containers/storage /run/containers && echo storage
      true`,
    ),
  ).toEqual([])
}

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
    expect([...world.processes.counts.keys()].sort()).toEqual(["chown", "nsenter", "podman"])
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
