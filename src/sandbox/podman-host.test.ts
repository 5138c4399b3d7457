import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { scriptedProcesses } from "../testing/scripted-processes.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { SandboxHost, SandboxSettings } from "./needs.ts"
import { bytesOf, enforceable, mappingFor, probePodman } from "./podman-host.ts"

const settings: SandboxSettings = {
  limits: { cpus: 2, memory: "4g", pids: 2_048, openFiles: 65_536, tmp: "1g" },
  hardening: "standard",
  containerIdleMs: 1,
  keepOnStop: true,
  podman: "podman",
  rootIdBase: 300_000,
}
const server: SandboxHost = { uid: 0, gid: 0, arch: "x64", executable: "/x", guestArguments: ["guest"], build: "b" }

const described = (over: object = {}, version = "4.3.1") =>
  JSON.stringify({
    host: {
      cgroupControllers: ["cpu", "memory", "pids"],
      security: { rootless: false, selinuxEnabled: false },
      slirp4netns: { executable: "/usr/bin/slirp4netns" },
      ...over,
    },
    version: { Version: version },
  })

const probe = (text: string) =>
  probePodman(
    scriptedProcesses(() => ({ text })),
    settings,
    server,
  )

test("podman lends its seccomp profile, unless it has none", async () => {
  await using folder = await tempFolder()
  const path = join(folder.path, "seccomp.json")
  await Bun.write(path, '{"syscalls":[{"names":["read","keyctl"],"action":"SCMP_ACT_ALLOW"}]}')
  const secured = (security: object) => probe(described({ security: { rootless: false, ...security } }))
  expect(await secured({ seccompEnabled: true, seccompProfilePath: path })).toMatchObject({
    host: { seccomp: '{"syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}' },
  })
  for (const without of [
    { seccompEnabled: false, seccompProfilePath: path },
    { seccompEnabled: true, seccompProfilePath: `${path}.gone` },
    { seccompEnabled: true },
  ]) {
    expect(await secured(without)).not.toHaveProperty("host.seccomp")
  }
})

describe("a host", () => {
  test("with podman is usable, and says what it can enforce", async () => {
    expect(await probe(described())).toMatchObject({
      kind: "usable",
      host: {
        version: "4.3.1",
        rootless: false,
        ids: { kind: "range", base: 300_000 },
        limits: { cpus: 2, memory: 4_294_967_296, pids: 2_048 },
      },
    })
  })

  test("without podman, or with one that is too old or does not run, says which and what to do", async () => {
    const missing = await probePodman(
      scriptedProcesses(() => ({ missing: true })),
      settings,
      server,
    )
    expect(missing).toMatchObject({
      kind: "unusable",
      obstacle: { code: "podman-missing", command: expect.stringContaining("apt-get install podman") },
    })
    const old = { code: "podman-old", detail: "podman 4.2.9 is too old" }
    expect(await probe(described({}, "4.2.9"))).toEqual({ kind: "unusable", version: "4.2.9", obstacle: old } as never)
    const broken = scriptedProcesses(() => ({ code: 125, stderr: "warning\nError: no storage\n" }))
    expect(await probePodman(broken, settings, server)).toMatchObject({
      kind: "unusable",
      obstacle: { code: "podman-broken", detail: "Error: no storage", command: "podman info" },
    })
    expect(await probe("not json")).toMatchObject({ obstacle: { code: "podman-broken" } })
  })

  test("without root and without subordinate ids names the command that gives them", async () => {
    const nobody = { ...server, uid: 4_242_424 }
    const found = await probePodman(
      scriptedProcesses(() => ({ text: described({ security: { rootless: true } }) })),
      settings,
      nobody,
    )
    expect(found).toMatchObject({
      kind: "unusable",
      version: "4.3.1",
      obstacle: { code: "ids-missing", command: expect.stringContaining("usermod --add-subuids") },
    })
  })
})

describe("a podman that works", () => {
  test("without root needs to map 65,536 ids besides the user's own, whatever files promise", async () => {
    const mapped = (subordinate: number) => [{ size: 1 }, { size: subordinate }]
    const rootless = (users: number, groups: number) =>
      probe(described({ security: { rootless: true }, idMappings: { uidmap: mapped(users), gidmap: mapped(groups) } }))
    expect(await rootless(65_536, 65_536)).toMatchObject({ kind: "usable", host: { ids: { kind: "keep" } } })
    const detail = "podman can map 65536 user ids and 65535 group ids for user 0; it takes 65536 of each"
    expect(await rootless(65_536, 65_535)).toMatchObject({ obstacle: { code: "ids-missing", detail } })
  })

  test("newer than the oldest supported is fine", async () => {
    for (const version of ["4.3.0", "4.10.1", "5.0.0", "6.1.2-rc1"])
      expect((await probe(described({}, version))).kind).toBe("usable")
  })

  test("has an open network through slirp4netns, without root also through pasta, else none", async () => {
    const none = { slirp4netns: { executable: "" }, pasta: { executable: "" } }
    const only = { slirp4netns: null, pasta: { executable: "/usr/bin/pasta" } }
    expect(await probe(described(none))).toMatchObject({
      host: { openNetwork: { kind: "impossible", obstacle: { code: "no-user-network" } } },
    })
    expect(await probe(described(only))).toMatchObject({
      host: { openNetwork: { kind: "impossible", obstacle: { code: "no-user-network" } } },
    })
  })
})

test("a folder is given to the ids that containers will get, also while podman is missing", async () => {
  const usable = await probe(described())
  const missing = await probePodman(
    scriptedProcesses(() => ({ missing: true })),
    settings,
    server,
  )
  expect(missing.kind).toBe("unusable")
  expect(await mappingFor(missing, settings, 0)).toEqual(await mappingFor(usable, settings, 0))
  expect(await mappingFor(missing, settings, 1000)).toEqual({ kind: "keep" })
})

test("limits are those the host can enforce, and never above its own", () => {
  const own = { openFiles: 20_000, processes: 500 }
  expect(enforceable(settings, ["pids"], own)).toEqual({
    cpus: undefined,
    memory: undefined,
    pids: 2_048,
    openFiles: 20_000,
    processesPerUser: 500,
  })
})

test("sizes are read as people write them", () => {
  const cases = { "512m": 512 << 20, "4g": 4 * 2 ** 30, "4G": 4 * 2 ** 30, "10k": 10_240, "77": 77, "2gb": 2 * 2 ** 30 }
  for (const [text, bytes] of Object.entries(cases)) expect(bytesOf(text)).toBe(bytes)
  for (const text of ["", "4 gigs", "-1g", "1.5g"]) expect(() => bytesOf(text)).toThrow("is not a size")
})
