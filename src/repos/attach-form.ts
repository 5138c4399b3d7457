import { z } from "zod"
import { passwordField } from "../accounts/index.ts"
import { isLocalAddress, parseGitAddress } from "../platform/git/commands.ts"
import type { RemoteWanted } from "./attach.ts"
import { isKeyName, type WorkspaceKeys } from "./workspace-keys.ts"

/** What stands in the form; `address` and `credential` may be anything. */
export const AttachForm = z.object({ address: z.string().max(500).trim(), credential: z.string().max(64).default("") })
export type AttachForm = z.infer<typeof AttachForm>
export const HostForm = AttachForm.extend({ fingerprint: z.string().max(100) })
/** For what asks for the password again, and for nothing else. */
export const AgainForm = z.object({ password: passwordField })
export const KeyForm = AgainForm.extend({ name: z.string().max(200).trim() })
/** `uses`: what the page said that the key is used for. */
export const KeyRemoveForm = AgainForm.extend({ uses: z.string().max(10_000).default("") })
export const ReplaceForm = AgainForm.extend({ token: z.string().max(1_000).trim() })
export const ReviewForm = z.object({ review: z.enum(["here", "outside"]) })
export const TokenForm = KeyForm.extend({ token: z.string().max(1_000).trim() })

export type AttachFlaw = "address" | "credential-unknown" | "needs-key" | "needs-token"

/** Paths on this disk are for whoever runs the server, and are written into `config.json`. */
export async function readAttach(
  form: AttachForm,
  keys: Pick<WorkspaceKeys, "list">,
): Promise<{ kind: "wanted"; wanted: RemoteWanted } | { kind: "flawed"; flaw: AttachFlaw }> {
  const address = parseGitAddress(form.address)
  if (address === undefined || isLocalAddress(address)) return { kind: "flawed", flaw: "address" }
  if (form.credential === "") return { kind: "wanted", wanted: { address, credential: undefined } }
  const key = (await keys.list()).find(({ name }) => name === form.credential)
  if (!key) return { kind: "flawed", flaw: "credential-unknown" }
  const https = address.startsWith("https:")
  if (https && key.kind === "key") return { kind: "flawed", flaw: "needs-token" }
  if (!https && key.kind === "token") return { kind: "flawed", flaw: "needs-key" }
  return { kind: "wanted", wanted: { address, credential: key.name } }
}

export const isToken = (text: string): boolean => /^[\u0021-\u007e]{4,1000}$/.test(text)

/** Undefined for what cannot be the name of a new key; a final `.pub` is that of public halves. */
export const parseKeyName = (text: string): string | undefined =>
  isKeyName(text) && !text.toLowerCase().endsWith(".pub") ? text : undefined
