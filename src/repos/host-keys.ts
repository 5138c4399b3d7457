import type { Git } from "../platform/git/git.ts"
import type { SshHost } from "../platform/git/ssh.ts"

export type Confirmed = { kind: "confirmed" | "not-shown" }

/** From now on a host is known by this fingerprint, if that is what it shows. */
export async function confirmShown(
  git: Pick<Git, "scan" | "confirm">,
  host: SshHost | undefined,
  fingerprint: string,
): Promise<Confirmed> {
  const shown = host && (await git.scan(host)).find((one) => one.fingerprint === fingerprint)
  if (!shown) return { kind: "not-shown" }
  await git.confirm(shown)
  return { kind: "confirmed" }
}
