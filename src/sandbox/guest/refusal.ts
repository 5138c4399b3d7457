import type { Failure } from "../link/protocol.ts"

/** Something the guest will not or cannot do; it goes back as a `failed` frame. */
export class Refusal extends Error {
  override readonly name = "Refusal"

  constructor(
    readonly kind: Failure["kind"],
    message: string,
  ) {
    super(message)
  }
}

const kinds: Record<string, Failure["kind"]> = {
  ENOENT: "missing",
  EEXIST: "exists",
  ENOTEMPTY: "exists",
  EACCES: "denied",
  EPERM: "denied",
  EROFS: "denied",
  ELOOP: "escape",
  ENOTDIR: "kind",
  EISDIR: "kind",
  ENOSPC: "limit",
  EMFILE: "limit",
  EAGAIN: "limit",
  ECONNREFUSED: "refused",
}

export function asFailure(error: unknown): Failure {
  if (error instanceof Refusal) return { kind: error.kind, message: error.message }
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  const message = error instanceof Error ? error.message : String(error)
  return { kind: kinds[code] ?? "broken", message: message.slice(0, 1_000) }
}
