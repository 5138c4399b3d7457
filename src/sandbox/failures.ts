import { isDiskFull } from "../platform/disk/calls.ts"
import { CommandFailed, lastLine } from "../platform/process/command.ts"
import type { Obstacle, StartFailed } from "./contract.ts"
import { LinkFailed } from "./link/contract.ts"

/** Something is missing that a start needs: an image or program, or what this host lacks. */
export const hindered = (reason: StartFailed["reason"], { detail, command }: Obstacle): StartFailed => ({
  kind: "failed",
  reason,
  detail,
  ...(command !== undefined && { remedy: command }),
})

/** The files of a loop's vault are there and cannot be read. */
export class VaultUnread extends Error {
  override readonly name = "VaultUnread"

  constructor(cause: unknown) {
    super(`the vault's files could not be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** What went wrong below, in the words of the contract. Anything that is no failed program or link is a bug. */
export function startFailed(error: unknown): StartFailed {
  if (error instanceof LinkFailed && error.kind === "version") {
    const remedy = "Restart the server: its program was replaced while it ran."
    return { kind: "failed", reason: "link-version", detail: error.message, remedy }
  }
  if (error instanceof LinkFailed) {
    const remedy = "Try again; if it stays, look at `podman logs` of the loop's container."
    return { kind: "failed", reason: "link-failed", detail: error.message, remedy }
  }
  if (error instanceof VaultUnread) {
    const remedy = "Let the server's user read its folder `personal`, then try again."
    return { kind: "failed", reason: "start-failed", detail: error.message, remedy }
  }
  if (isDiskFull(error)) return { kind: "failed", ...known("no space left on device", "no space left on device") }
  if (!(error instanceof CommandFailed)) throw error
  if (error.kind === "missing") {
    return { kind: "failed", reason: "podman-missing", detail: error.message, remedy: "sudo apt-get install podman" }
  }
  const detail = lastLine(error.stderr) || error.message
  return { kind: "failed", ...known(detail, error.stderr) }
}

function known(detail: string, stderr: string): Omit<StartFailed, "kind"> {
  if (/no space left on device|disk quota exceeded/i.test(stderr)) {
    return {
      reason: "no-space",
      detail,
      remedy: "Free some disk space where podman keeps its storage, then try again.",
    }
  }
  if (/cannot allocate memory|out of memory/i.test(stderr)) {
    return { reason: "no-memory", detail, remedy: "Stop other loops or lower `sandbox.limits.memory`, then try again." }
  }
  if (/image not known|no such image|unable to find.*image/i.test(stderr)) {
    return {
      reason: "image-missing",
      detail,
      remedy: "Look again under Settings → System: that makes the base image anew.",
    }
  }
  return { reason: "start-failed", detail }
}
