import { publicHalf, sshKeyPair } from "../platform/git/ssh-key.ts"

export interface KeyFile {
  path: string
  text: string
}

interface KeyFiles {
  secret: KeyFile
  open: KeyFile
}

/** A new pair at the place where ssh looks for it by itself; `seedHex`: 32 random bytes. */
export function newKeyFiles(seedHex: string, comment: string): KeyFiles {
  const pair = sshKeyPair(seedHex, comment)
  return files("id_ed25519", pair.private, pair.public)
}

/** Undefined for what is no private key of OpenSSH, or one of a kind that ssh looks for nowhere. */
export function pastedKeyFiles(text: string): KeyFiles | undefined {
  const open = publicHalf(text)
  const name = open && names[open.split(" ")[0] ?? ""]
  return name === undefined ? undefined : files(name, `${text.trim()}\n`, open ?? "")
}

const names: Record<string, string> = {
  "ssh-ed25519": "id_ed25519",
  "ssh-rsa": "id_rsa",
  "ecdsa-sha2-nistp256": "id_ecdsa",
  "ecdsa-sha2-nistp384": "id_ecdsa",
  "ecdsa-sha2-nistp521": "id_ecdsa",
}

const files = (name: string, secret: string, open: string): KeyFiles => ({
  secret: { path: `.ssh/${name}`, text: secret },
  open: { path: `.ssh/${name}.pub`, text: `${open}\n` },
})
