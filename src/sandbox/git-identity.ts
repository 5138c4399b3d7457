import type { SandboxSpec } from "./contract.ts"

/**
 * `/etc/gitconfig` of a sandbox: the weakest identity, which a person's own `.gitconfig` overrides. Ownership of
 * checkouts is not asked for, since everything inside has the same authority.
 */
export function gitConfig({ displayName, email }: SandboxSpec["identity"]): string {
  return `[user]\n\tname = ${quoted(displayName)}\n\temail = ${quoted(email)}\n[safe]\n\tdirectory = *\n`
}

/** git reads a value in quotes with only backslash and quote escaped; a line break would start a new setting. */
const quoted = (text: string) => `"${text.replace(/[\u0000-\u001f\u007f]+/g, " ").replace(/["\\]/g, "\\$&")}"`
