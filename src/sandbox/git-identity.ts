import type { SandboxSpec } from "./contract.ts"

/**
 * `/etc/gitconfig` of a sandbox: the weakest identity, which a person's own `.gitconfig` overrides. Ownership of
 * checkouts is not asked for, since everything inside has the same authority.
 */
export function gitConfig({ identity, copies = [] }: Pick<SandboxSpec, "identity" | "copies">): string {
  const { displayName, email } = identity
  const person = `[user]\n\tname = ${quoted(displayName)}\n\temail = ${quoted(email)}\n`
  return `${person}[safe]\n\tdirectory = *\n${copies.map(rewritten).join("")}`
}

/** What is fetched from an outside address comes from the server; what is pushed goes where it always went. */
const rewritten = ({ address, here }: { address: string; here: string }): string =>
  `[url ${quoted(here)}]\n\tinsteadOf = ${quoted(address)}\n[url ${quoted(address)}]\n\tpushInsteadOf = ${quoted(address)}\n`

/** git reads a value in quotes with only backslash and quote escaped; a line break would start a new setting. */
const quoted = (text: string) => `"${text.replace(/[\u0000-\u001f\u007f]+/g, " ").replace(/["\\]/g, "\\$&")}"`
