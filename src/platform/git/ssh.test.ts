import { expect, test } from "bun:test"
import { parseScan, scanHost, sshCommand, sshHostOf, wellKnownHosts } from "./ssh.ts"

test("the host behind an address is what ssh connects to; other addresses have none", () => {
  const check = (address: string, expected: string | undefined) => {
    const found = sshHostOf(address)
    expect([address, found && `${found.host} ${found.port}`]).toEqual([address, expected])
  }
  check("git@host.example:team/app.git", "host.example 22")
  check("ssh://git@host.example/app.git", "host.example 22")
  check("ssh://git@host.example:2222/app.git", "host.example 2222")
  check("ssh://[::1]:2222/app.git", "::1 2222")
  check("https://host.example/app.git", undefined)
  check("/srv/git/app.git", undefined)
})

test("the keys of well-known hosts have the fingerprints that those hosts publish", () => {
  expect(parseScan(wellKnownHosts).map(({ line, fingerprint }) => `${line.split(" ")[0]} ${fingerprint}`)).toEqual([
    "github.com SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
    "gitlab.com SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8",
    "bitbucket.org SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
  ])
})

test("of what a host shows only whole keys count, the kind that ssh prefers first", () => {
  const key = "A".repeat(68)
  const shown = [
    "# host.example:22 SSH-2.0-OpenSSH",
    `host.example ssh-rsa ${key}`,
    `host.example ssh-ed25519 ${key}`,
    `host.example ssh-ed25519 ${key} and more`,
    `host.example ssh-dss ${key}`,
    "host.example ssh-ed25519 short",
    `host.example ssh-ed25519 ${"A".repeat(60)}\u001b[2J${"A".repeat(8)}`,
    "",
  ]
  expect(parseScan(shown.join("\n")).map(({ line }) => line)).toEqual([
    `host.example ssh-ed25519 ${key}`,
    `host.example ssh-rsa ${key}`,
  ])
  expect(parseScan("")).toEqual([])
})

test("a host's name is never an option of the scan, and no path stands in the line that a shell reads", () => {
  const { argv } = scanHost({ host: "host.example", port: 2222 })
  expect(argv.slice(-2)).toEqual(["--", "host.example"])
  const files = { wellKnown: "/a b/'w", confirmed: "/a b/$(c)", key: "/a b/`k`" }
  const { GIT_SSH_COMMAND: line, ...told } = sshCommand(files)
  for (const path of Object.values(files)) expect(line).not.toContain(path)
  expect(Object.values(told)).toEqual(Object.values(files))
  expect(line).toContain("StrictHostKeyChecking=yes")
  expect(sshCommand({ wellKnown: "w", confirmed: "c" })["GIT_SSH_COMMAND"]).not.toContain("IdentityFile")
})
