import { join } from "node:path"
import { z } from "zod"

/**
 * Calls that the engine allows and that no program of a loop needs: the kernel's keyrings, which older kernels share
 * between all containers whose users have the same number.
 */
const withheld = new Set(["add_key", "keyctl", "request_key"])

const Profile = z.looseObject({
  syscalls: z.array(z.looseObject({ names: z.array(z.string()), action: z.string() })),
})

/** The engine's own seccomp profile (containers-seccomp.json), without these calls. Undefined: not such a profile. */
export function withoutKeyrings(profile: string): string | undefined {
  const parsed = Profile.safeParse(parseJson(profile))
  if (!parsed.success) return undefined
  const syscalls = parsed.data.syscalls
    .map((rule) =>
      rule.action === "SCMP_ACT_ALLOW" ? { ...rule, names: rule.names.filter((name) => !withheld.has(name)) } : rule,
    )
    .filter(({ names }) => names.length > 0)
  return JSON.stringify({ ...parsed.data, syscalls })
}

/**
 * For a container in which containers run: on top of what mounts, namespaces and roots need, which the engine's profile
 * allows already, joining a namespace and a session keyring. The kernel still asks who may do what in which namespace.
 */
export function forNesting(profile: string): string {
  const { syscalls, ...rest } = Profile.parse(JSON.parse(profile))
  const kept = syscalls
    .map((rule) =>
      rule.action === "SCMP_ACT_ALLOW" ? rule : { ...rule, names: rule.names.filter((name) => !opened.has(name)) },
    )
    .filter(({ names }) => names.length > 0)
  const added = { names: [...opened], action: "SCMP_ACT_ALLOW", args: [], includes: {}, excludes: {} }
  return JSON.stringify({ ...rest, syscalls: [...kept, added] })
}

const opened = new Set(["mount", "umount2", "unshare", "setns", "pivot_root", "keyctl", "clone", "clone3"])

/** Named after its content: another profile is another container. */
export const seccompFile = (runtimeFolder: string, profile: string): string =>
  join(runtimeFolder, `seccomp-${new Bun.CryptoHasher("sha256").update(profile).digest("hex").slice(0, 8)}.json`)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
