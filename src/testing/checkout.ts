import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { bringBack } from "../changes/discard.ts"
import { identityVariables } from "../platform/git/inside-changes.ts"
import { undoList } from "../changes/undo.ts"
import { diffFiles, lookAt, type Scope } from "../changes/look.ts"
import type { FileDiff } from "../changes/diff.ts"
import type { Status } from "../changes/status.ts"
import { contextIn, createGitInside, type GitInside } from "../loops/index.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import type { ContextMounts } from "../sandbox/contract.ts"
import type { Box } from "../sandbox/index.ts"
import { type SandboxWorld, sandboxWorld } from "./sandbox-world.ts"

/** The working folder of one real sandbox, and the git in it. */
export interface Checkout {
  box: Box
  git: GitInside
  /** Of the loop's checkout of notes, which is empty too. */
  notes: GitInside
  shell(script: string): Promise<string>
}

/** One sandbox for many tests. */
export interface CheckoutWorld extends AsyncDisposable {
  /** A folder of the server that no sandbox sees. */
  folder: string
  /** The same sandbox with an empty working folder. */
  fresh(): Promise<Checkout>
}

export async function checkoutWorld(): Promise<CheckoutWorld> {
  const world = await sandboxWorld()
  const notes = contextIn("notes")
  const box = await world.started(await world.spec({ contexts: await emptyContexts(world) }))
  const shell = async (script: string) => {
    const { code, stdout, stderr } = await box.capture({ argv: ["bash", "-euc", script] }, { timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`${code}: ${stderr}`)
    return stdout
  }
  return {
    folder: world.folder,
    async fresh() {
      await shell(`find . ${notes.folder} -mindepth 1 -delete`)
      const inside = { box, clock: systemClock }
      return { box, shell, git: createGitInside(inside), notes: createGitInside({ ...inside, checkout: notes }) }
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** Of every context an empty folder, for a sandbox of this world. */
export async function emptyContexts({ folder, sandboxes }: SandboxWorld): Promise<ContextMounts> {
  const at = (name: string) => join(folder, "contexts", name)
  const mounts: ContextMounts = {
    folders: { knowledge: at("knowledge"), notes: at("notes"), personal: at("personal"), repos: at("repos") },
    objects: { knowledge: at("objects"), notes: at("objects"), personal: at("objects") },
  }
  for (const made of new Set([...Object.values(mounts.folders), ...Object.values(mounts.objects)])) {
    await mkdir(made, { recursive: true })
    await sandboxes.giveAway(made)
  }
  return mounts
}

/** A shell line that prints name, mode and checksum of every file. */
export const everyFile =
  "find . -path ./.git -prune -o \\( -type f -o -type l \\) -printf '%m %y %l ' -print0 | sort -z | tr '\\0' '\\n'; " +
  "find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum"

export async function statusOf(git: GitInside): Promise<Status> {
  const looked = await lookAt(git)
  if (looked.kind !== "status") throw new Error(looked.kind)
  return looked.status
}

export async function filesOf(git: GitInside, scope: Scope, more: { start?: string } = {}): Promise<FileDiff[]> {
  const files: FileDiff[] = []
  for await (const file of diffFiles(git, { scope, status: await statusOf(git), ...more })) files.push(file)
  return files
}

/** As the button beside the newest entry of the undo list does. */
export async function bringBackLast(box: Box) {
  const git = createGitInside({ box, clock: systemClock })
  const [newest] = await undoList(git)
  if (!newest) throw new Error("nothing was kept")
  const identity = identityVariables({ displayName: "Alice", email: "alice@example.org" })
  return bringBack(git, newest.id, { clock: systemClock, ids: systemIds, identity })
}
