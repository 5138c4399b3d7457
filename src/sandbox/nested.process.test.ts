import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { testNestedImage } from "../testing/nested-image.ts"
import { sandboxWorld } from "../testing/sandbox-world.ts"
import { capabilities } from "./args.ts"
import type { Box } from "./index.ts"

const output = async (box: Box, line: string): Promise<string> =>
  (await box.capture({ argv: ["bash", "-c", line] }, { timeoutMs: 60_000 })).stdout.trim()

const inner = `mkdir -p ~/inner/{usr,proc,sys,dev,tmp}; for d in bin lib lib64 sbin; do ln -s usr/$d ~/inner/$d; done
  podman run --rm --rootfs --volume=/usr:/usr:ro ~/inner`

test("a loop that was given containers runs one with the loop's own network, and another loop cannot", async () => {
  await using world = await sandboxWorld({ settings: { givenImage: await testNestedImage() } })
  const box = await world.started(await world.spec({ nested: true, network: "gateway-only" }))
  const ran = await output(box, `${inner} bash -c 'id -u; curl -sm 4 http://127.0.0.1:4180/; echo; ls /proc/[0-9]* -d'`)
  expect(ran.split("\n").slice(0, 2)).toEqual(["0", "no gateway here"])
  expect(ran).not.toContain("guest")
  expect(await output(box, "podman info --format '{{.Store.GraphDriverName}} {{.Host.CgroupManager}}'")).toBe(
    "vfs cgroupfs",
  )
  const plain = await world.started(await world.spec({ network: "gateway-only" }))
  expect((await plain.capture({ argv: ["podman", "unshare", "true"] })).code).not.toBe(0)
}, 120_000)

test("seen from inside, a loop with containers has the ids and capabilities of every loop, a filter, and a whole /proc", async () => {
  await using world = await sandboxWorld({ settings: { givenImage: await testNestedImage() } })
  const box = await world.started(await world.spec({ nested: true, network: "gateway-only" }))
  expect(await output(box, "awk '{ print $1, $3 }' /proc/self/uid_map /proc/self/gid_map")).toBe("0 65536\n0 65536")
  const status = await output(box, "sudo cat /proc/self/status")
  expect(/^Seccomp:\s+(\d)$/m.exec(status)?.[1]).toBe("2")
  const bits = BigInt(`0x${/^CapBnd:\s+(\w+)$/m.exec(status)?.[1]}`)
  expect(bits.toString(2).split("1").length - 1).toBe(capabilities.length)
  const mounts = await output(box, "awk '{ print $5 }' /proc/self/mountinfo")
  expect(mounts.split("\n").filter((at) => at.startsWith("/proc/"))).toEqual([])
  expect(mounts).toContain("/sys/firmware")
  for (const device of ["/dev/fuse", "/dev/net/tun"])
    expect([device, await output(box, `ls ${device} 2>/dev/null`)]).toEqual([device, existsSync(device) ? device : ""])
  expect(await output(box, "ls /dev/sda /dev/vda /dev/kmsg /dev/mem 2>/dev/null")).toBe("")
}, 60_000)
