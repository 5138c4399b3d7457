import { bringBack } from "../changes/discard.ts"
import { identityVariables } from "../changes/commit.ts"
import { undoList } from "../changes/undo.ts"
import { createGitInside, type GitInside } from "../changes/inside.ts"
import { diffFiles, lookAt, type Scope } from "../changes/look.ts"
import type { FileDiff } from "../changes/diff.ts"
import type { Status } from "../changes/status.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import type { Box } from "../sandbox/index.ts"
import { sandboxWorld } from "./sandbox-world.ts"

/** The working folder of one real sandbox, and the git in it. */
export interface Checkout {
  box: Box
  git: GitInside
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
  const box = await world.started(await world.spec())
  const shell = async (script: string) => {
    const { code, stdout, stderr } = await box.capture({ argv: ["bash", "-euc", script] }, { timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`${code}: ${stderr}`)
    return stdout
  }
  return {
    folder: world.folder,
    async fresh() {
      await shell("find . -mindepth 1 -delete")
      return { box, shell, git: createGitInside({ box, clock: systemClock }) }
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
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
