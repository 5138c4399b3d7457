import { expect, test } from "bun:test"
import { CommandFailed } from "../platform/process/command.ts"
import { startFailed } from "./failures.ts"
import { LinkFailed } from "./link/contract.ts"

const podman = (stderr: string) => startFailed(new CommandFailed("exit", "podman", { code: 125, stderr }))

test("a start that failed has a name, podman's last line and what helps", () => {
  const cases: [string, string][] = [
    ["Error: writing layer: no space left on device", "no-space"],
    ["Error: disk quota exceeded", "no-space"],
    ["fork/exec: cannot allocate memory", "no-memory"],
    ["Error: localhost/x: image not known", "image-missing"],
    ["first\nError: something new", "start-failed"],
  ]
  for (const [stderr, reason] of cases) {
    const failed = podman(stderr)
    expect(failed).toMatchObject({ kind: "failed", reason, detail: stderr.split("\n").at(-1) })
    if (reason !== "start-failed") expect(failed.remedy).toMatch(/\.$/)
  }
})

test("a missing podman and a silent guest are told apart", () => {
  expect(startFailed(new CommandFailed("missing", "podman")).reason).toBe("podman-missing")
  expect(startFailed(new LinkFailed("timeout", "the guest did not greet")).reason).toBe("link-failed")
  expect(startFailed(new LinkFailed("version", "it speaks version 2")).reason).toBe("link-version")
})

test("a disk that is full on our own side has the same name as podman's", () => {
  expect(startFailed(Object.assign(new Error("write"), { code: "ENOSPC" })).reason).toBe("no-space")
})

test("a bug stays a bug", () => {
  expect(() => startFailed(new TypeError("x is undefined"))).toThrow("x is undefined")
})
