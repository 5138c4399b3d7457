import { expect, test } from "bun:test"
import { forNesting, seccompFile, withoutKeyrings } from "./seccomp.ts"

test("the engine's profile stays as it is, but for the kernel's keyrings", () => {
  const engine = {
    defaultAction: "SCMP_ACT_ERRNO",
    archMap: [{ architecture: "SCMP_ARCH_X86_64" }],
    syscalls: [
      { names: ["read", "keyctl", "write"], action: "SCMP_ACT_ALLOW" },
      { names: ["add_key", "request_key"], action: "SCMP_ACT_ALLOW" },
      { names: ["keyctl"], action: "SCMP_ACT_ERRNO", errnoRet: 1 },
    ],
  }
  expect(JSON.parse(withoutKeyrings(JSON.stringify(engine)) ?? "")).toEqual({
    ...engine,
    syscalls: [
      { names: ["read", "write"], action: "SCMP_ACT_ALLOW" },
      { names: ["keyctl"], action: "SCMP_ACT_ERRNO", errnoRet: 1 },
    ],
  })
})

test("where containers run inside, namespaces can be joined and a session has a keyring; the rest stays closed", () => {
  const rules = [
    { names: ["read"], action: "SCMP_ACT_ALLOW" },
    { names: ["setns", "bpf"], action: "SCMP_ACT_ERRNO", excludes: { caps: ["CAP_SYS_ADMIN"] } },
    { names: ["setns"], action: "SCMP_ACT_ERRNO" },
  ]
  const { syscalls } = JSON.parse(forNesting(JSON.stringify({ defaultAction: "SCMP_ACT_ERRNO", syscalls: rules })))
  expect(syscalls.slice(0, 2)).toEqual([rules[0], { ...rules[1], names: ["bpf"] }])
  expect(syscalls[2]).toMatchObject({ action: "SCMP_ACT_ALLOW", names: expect.arrayContaining(["setns", "keyctl"]) })
  expect(syscalls.length).toBe(3)
})

test("what is no profile is not made into one", () => {
  for (const text of ["", "{}", "[]", '{"syscalls":[{"names":"read"}]}']) expect(withoutKeyrings(text)).toBeUndefined()
})

test("the file of a profile is named after its content", () => {
  expect(seccompFile("/rt", "a")).toMatch(/^\/rt\/seccomp-[0-9a-f]{8}\.json$/)
  expect(seccompFile("/rt", "a")).not.toBe(seccompFile("/rt", "b"))
})
