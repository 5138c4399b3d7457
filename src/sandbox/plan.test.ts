import { describe, expect, test } from "bun:test"
import { anotherDriver, samplePlanNeeds as needs, sampleSpec } from "../testing/sandbox-samples.ts"
import type { SandboxSpec } from "./contract.ts"
import { gitConfig } from "./git-identity.ts"
import { createContainer } from "./args.ts"
import { networkFor, planContainer, planInspection, type PlanNeeds, sharedCheckouts, specHash } from "./plan.ts"

const spec: SandboxSpec = {
  ...sampleSpec,
  objects: { notes: "/r/code/notes.git/objects", app: "/r/code/app.git/objects" },
  contexts: {
    folders: { knowledge: "/c/k", notes: "/c/n", personal: "/c/p/alice", repos: "/c/r" },
    objects: { knowledge: "/r/k.git/objects", notes: "/r/n.git/objects", personal: "/r/p.git/objects" },
  },
  snapshot: { skills: "/h/snapshot/skills" },
}
const planned = (over: Partial<SandboxSpec> = {}, more: Partial<PlanNeeds> = {}) =>
  planContainer({ ...spec, ...over }, "slirp4netns", { ...needs, ...more })

describe("a look into a loop", () => {
  const look = planInspection(spec, { ...needs, sockets: "/s/x-l", checkouts: sharedCheckouts })

  test("gets the checkouts that are not its driver's alone, what they borrow, the guest and its own socket, all to read", () => {
    expect(look.mounts.map(({ from, to, mode }) => `${from} ${to} ${mode}`)).toEqual([
      "/h/w /loopat/loop/11111111-2222-4333-8444-555555555555/workdir ro",
      "/c/k /loopat/context/knowledge ro",
      "/c/n /loopat/context/notes ro",
      "/c/r /loopat/context/repos ro",
      "/r/code/app.git/objects /opt/loopat/objects/app ro",
      "/r/code/notes.git/objects /opt/loopat/objects/notes ro",
      "/r/k.git/objects /opt/loopat/objects/@knowledge ro",
      "/r/n.git/objects /opt/loopat/objects/@notes ro",
      "/usr/bin/loopat /opt/loopat/bin/loopat ro",
      "/s/x-l /run/loopat ro",
      "/s/x-l/hosts /etc/hosts ro",
      "/s/x-l/gitconfig /etc/gitconfig ro",
    ])
  })

  test("has no network, hardens itself, and is nobody's loop when a server looks for those it left", () => {
    const told = createContainer("podman", look, "hash").argv
    expect(told).toContain("--network=none")
    expect(told).toContain("--read-only")
    expect(told).toContain("--security-opt=no-new-privileges")
    expect(told.filter((argument) => /cap-add|loopat\.(loop|driver)=/.test(argument))).toEqual([])
    expect(look.name).not.toBe(planned().name)
  })
})

describe("a loop's container", () => {
  test("gets its own folders, borrowed objects, programs and sockets, and nothing else of the host", () => {
    expect(planned().mounts.map(({ from, to, mode }) => `${from} ${to} ${mode}`)).toEqual([
      "/h/w /loopat/loop/11111111-2222-4333-8444-555555555555/workdir rw",
      "/h/c /loopat/loop/11111111-2222-4333-8444-555555555555/.claude rw",
      "/h/snapshot/skills /loopat/loop/11111111-2222-4333-8444-555555555555/.claude/skills ro",
      "/h/home /home/loopat rw",
      "/c/k /loopat/context/knowledge rw",
      "/c/n /loopat/context/notes rw",
      "/c/p/alice /loopat/context/personal rw",
      "/c/r /loopat/context/repos rw",
      "/r/code/app.git/objects /opt/loopat/objects/app ro",
      "/r/code/notes.git/objects /opt/loopat/objects/notes ro",
      "/r/k.git/objects /opt/loopat/objects/@knowledge ro",
      "/r/n.git/objects /opt/loopat/objects/@notes ro",
      "/r/p.git/objects /opt/loopat/objects/@personal ro",
      "/usr/bin/loopat /opt/loopat/bin/loopat ro",
      "/rt/agent/2/claude /opt/loopat/bin/claude ro",
      "/s/x /run/loopat ro",
      "/rt/managed-settings.json /etc/claude-code/managed-settings.json ro",
      "/rt/plugins/loopat /opt/loopat/plugins/loopat ro",
      "/s/x/hosts /etc/hosts ro",
      "/s/x/gitconfig /etc/gitconfig ro",
    ])
  })

  test("has its own limits where it was given some, and never one that the host cannot enforce", () => {
    const podman = { ...needs.podman, limits: { openFiles: 9, processesPerUser: 9, cpus: 2 } }
    const own = planned({ limits: { cpus: 3, memory: 1 << 30 } }, { podman })
    expect(own.limits).toEqual({ openFiles: 9, processesPerUser: 9, cpus: 3 })
    expect(specHash(own)).not.toBe(specHash(planned({}, { podman })))
  })

  test("with a list of hosts is another container than with the gateway alone: its guest must know the way out", () => {
    const [listed, closed] = [planned({ network: "allow-list" }), planned({ network: "gateway-only" })]
    expect(listed.network).toBe(closed.network)
    expect(specHash(listed)).not.toBe(specHash(closed))
  })

  test("is named after workspace and loop", () => {
    expect(planned().name).toBe("loopat-aaaaaaaa-11111111-2222-4333-8444-555555555555")
    expect(planned().hostname).toBe("loop-11111111")
  })

  test("is another one when image, mounts, limits, network or driver change, and the same one otherwise", () => {
    const limits = { openFiles: 9, processesPerUser: 9, cpus: 1 }
    const plans = [
      planned(),
      planned({ driver: anotherDriver }),
      planned({ objects: {} }),
      planned({ folders: { ...spec.folders, home: "/h/home-of-bob" } }),
      planned({}, { image: "base:2" }),
      planned({}, { podman: { ...needs.podman, limits } }),
      planContainer(spec, "none", needs),
    ]
    expect(new Set(plans.map(specHash)).size).toBe(plans.length)
    expect(specHash(planned({ identity: { displayName: "Al", email: "x@y" } }))).toBe(specHash(planned()))
    expect(specHash(planned())).toMatch(/^[0-9a-f]{16}$/)
  })
})

test("a container of a loop over all loops has their records besides, to read and not to write", () => {
  const lines = planned({ allLoops: "/h/all-loops" }).mounts.map(({ from, to, mode }) => `${from} ${to} ${mode}`)
  const usual = planned().mounts.map(({ from, to, mode }) => `${from} ${to} ${mode}`)
  expect(lines.filter((line) => !usual.includes(line))).toEqual(["/h/all-loops /loopat/loops ro"])
})

test("a network is what the loop asked for, or less", () => {
  const none = { kind: "impossible", obstacle: { code: "no-tunnel", detail: "closed" } } as const
  expect(networkFor(spec, needs.podman)).toEqual({ kind: "usable", by: "slirp4netns" })
  expect(networkFor({ ...spec, network: "gateway-only" }, { ...needs.podman, openNetwork: none })).toEqual({
    kind: "usable",
    by: "none",
  })
  expect(networkFor({ ...spec, network: "allow-list" }, needs.podman)).toEqual({ kind: "usable", by: "none" })
  expect(networkFor(spec, { ...needs.podman, openNetwork: none })).toEqual(none)
})

test("a display name cannot write further settings into git's configuration", () => {
  const text = gitConfig({ identity: { displayName: 'E"v\\e\n[core]\n\tfsmonitor = evil', email: "e@x\u0000y" } })
  expect(text).toBe(
    '[user]\n\tname = "E\\"v\\\\e [core] fsmonitor = evil"\n\temail = "e@x y"\n[safe]\n\tdirectory = *\n',
  )
})

describe("how hard a container is", () => {
  test("is as hard as the workspace wants it, and another hardening or seccomp profile is another container", () => {
    const strict = planned({}, { settings: { ...needs.settings, hardening: "strict" } })
    const filtered = planned({}, { podman: { ...needs.podman, seccomp: "a profile" } })
    expect([planned().hardening, strict.hardening, planned().seccomp]).toEqual(["standard", "strict", undefined])
    expect(filtered.seccomp).toMatch(/^\/rt\/seccomp-/)
    expect(new Set([planned(), strict, filtered].map(specHash)).size).toBe(3)
  })

  test("lets containers run inside where the loop was given that, but not where it or its workspace is strict", () => {
    const podman = { ...needs.podman, seccomp: '{"syscalls":[]}', devices: ["/dev/fuse"] }
    const nested = planned({ nested: true }, { podman })
    const told = createContainer("podman", nested, "hash").argv
    expect(told).toContain("--security-opt=unmask=/proc/*")
    expect(told).toContain("--device=/dev/fuse")
    expect(told.filter((argument) => argument.startsWith("--cap-add"))).toEqual(
      createContainer("podman", planned(), "hash").argv.filter((argument) => argument.startsWith("--cap-add")),
    )
    expect(told.join(" ")).not.toContain("--privileged")
    expect(nested.seccomp).not.toBe(planned({}, { podman }).seccomp)
    const settings = { ...needs.settings, hardening: "strict" as const }
    for (const closed of [planned({ nested: true, hardening: "strict" }), planned({ nested: true }, { settings })])
      expect([closed.hardening, closed.devices]).toEqual(["strict", undefined])
  })

  test("is strict where its driver wants it so, and cannot be less than its workspace's", () => {
    const settings = { ...needs.settings, hardening: "strict" as const }
    const [own, both] = [planned({ hardening: "strict" }), planned({ hardening: "strict" }, { settings })]
    expect([own.hardening, both.hardening]).toEqual(["strict", "strict"])
    expect(createContainer("podman", own, "hash").argv).toContain("--security-opt=no-new-privileges")
    expect(specHash(own)).not.toBe(specHash(planned()))
    expect(specHash(own)).toBe(specHash(both))
  })
})
