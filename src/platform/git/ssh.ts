import { createHash } from "node:crypto"
import type { Command } from "../process/command.ts"

/** Where ssh connects for an address of a repository. */
export interface SshHost {
  host: string
  port: number
}

const sshPort = 22

/** The host behind `ssh://…` or `user@host:path`; undefined for addresses of other kinds. */
export function sshHostOf(address: string): SshHost | undefined {
  const scp = /^[^/@:]+@([A-Za-z0-9][A-Za-z0-9.-]*):/.exec(address)
  if (scp?.[1] !== undefined) return { host: scp[1], port: sshPort }
  const url = URL.parse(address)
  if (url?.protocol !== "ssh:" || url.hostname === "") return undefined
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || sshPort }
}

/** A host's public key as ssh writes it down, and the fingerprint that people compare. */
export interface HostKey {
  /** A line of a `known_hosts` file (sshd(8)). */
  line: string
  /** `SHA256:` and the hash of the key in base64 without padding, as `ssh-keygen -l` prints it. */
  fingerprint: string
}

const kinds = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]

export const scanHost = ({ host, port }: SshHost): Command => ({
  argv: ["ssh-keyscan", "-T", "10", "-p", String(port), "-t", "ed25519,ecdsa,rsa", "--", host],
  timeoutMs: 20_000,
  maxOutput: 64 * 1024,
})

/** What a host showed of itself, the kind that ssh prefers first. */
export function parseScan(text: string): HostKey[] {
  const lines = text.split("\n").flatMap((line) => {
    const [names, kind = "", key = "", ...more] = line.split(" ")
    const isKey = /^[A-Za-z0-9+/]{40,2000}={0,2}$/.test(key) && kinds.includes(kind)
    return !isKey || !names || names.startsWith("#") || more.length > 0 ? [] : [{ line, kind, key }]
  })
  return lines
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    .map(({ line, key }) => ({ line, fingerprint: fingerprintOf(key) }))
}

const fingerprintOf = (key: string): string =>
  `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace(/=+$/, "")}`

/** Keys of hosts that half the world's repositories live on, as those hosts publish them. */
export const wellKnownHosts = `github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl
gitlab.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf
bitbucket.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIazEu89wgQZ4bqs3d63QSMzYVa0MuJ2e2gKTKqu+UUO
`

/** Files that ssh reads, told by variables, because paths in a command line would need quoting for a shell. */
export interface SshFiles {
  wellKnown: string
  confirmed: string
  /** A private key; without it ssh offers those of the server's own user. */
  key?: string
}

/**
 * The line that git hands to a shell; it holds no text from outside. A host whose key nobody confirmed is refused, and
 * so is one whose key changed. The server's own user may know hosts, too: whoever runs the server is trusted.
 */
export function sshCommand({ wellKnown, confirmed, key }: SshFiles): Record<string, string> {
  const known = "${LOOPAT_WELL_KNOWN_HOSTS} ${LOOPAT_CONFIRMED_HOSTS} ~/.ssh/known_hosts"
  const identity = key === undefined ? "" : " -oIdentitiesOnly=yes '-oIdentityFile=${LOOPAT_SSH_KEY}'"
  return {
    GIT_SSH_COMMAND: `ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oUpdateHostKeys=no -oConnectTimeout=10 '-oUserKnownHostsFile=${known}'${identity}`,
    LOOPAT_WELL_KNOWN_HOSTS: wellKnown,
    LOOPAT_CONFIRMED_HOSTS: confirmed,
    ...(key !== undefined && { LOOPAT_SSH_KEY: key }),
  }
}
