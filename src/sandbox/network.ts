import type { Command } from "../platform/process/command.ts"

/** Reachable from nowhere inside: link-local with the cloud metadata services, and their other addresses. */
const alwaysBlocked = ["169.254.0.0/16", "100.100.100.200/32", "fe80::/10", "fd00:ec2::254/128"]

/** Addresses of this machine that a container could reach through its user-mode network, and configured ranges. */
export function blockedRanges(hostAddresses: readonly string[], configured: readonly string[]): string[] {
  const own = hostAddresses
    .map((address) => address.split("%")[0] ?? "")
    .filter((address) => address !== "" && !/^(127\.|::1$|fe80:)/.test(address))
    .map((address) => `${address}/${address.includes(":") ? 128 : 32}`)
  // A machine without any IPv6 address, not even a loopback one, has no such routes either.
  const hasV6 = hostAddresses.some((address) => address.includes(":"))
  return [...new Set([...alwaysBlocked, ...own, ...configured])].filter((range) => hasV6 || !range.includes(":"))
}

/**
 * Puts unreachable routes into a container's network namespace from outside. Programs inside lack the capability to
 * change them. As root the namespace is entered directly, otherwise by way of the container's user namespace.
 */
export function blockRanges(pid: number, ranges: readonly string[], rootless: boolean): Command {
  const lines = ranges.map((range) => `route replace unreachable ${range} metric 1`)
  const enter = rootless ? [asNamespaceRoot] : []
  return {
    argv: ["nsenter", `--target=${pid}`, ...enter, "--net", "ip", "-force", "-batch", "-"],
    stdin: `${lines.join("\n")}\n`,
    timeoutMs: 10_000,
  }
}

/** As root of the container's user namespace, which has all capabilities there and none outside. */
const asNamespaceRoot = "--user"

/**
 * Forbids new user namespaces inside one container: the engine's seccomp profile allows them, and each is a way to
 * parts of the kernel that are otherwise closed. Raising the number again needs a capability nobody inside has.
 */
export function forbidUserNamespaces(pid: number): Command {
  return {
    argv: ["nsenter", `--target=${pid}`, asNamespaceRoot, "tee", "/proc/sys/user/max_user_namespaces"],
    stdin: "0\n",
    timeoutMs: 10_000,
  }
}
