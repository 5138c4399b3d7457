import { nameOf } from "../lib/file-path.ts"
import { isVaultPath, vaultsFolder } from "../loops/index.ts"
import { type Box, LinkFailed } from "../sandbox/index.ts"

const mostOfFolder = 2 * 1_024 ** 3

export interface Download {
  name: string
  body: ReadableStream<Uint8Array>
}

export const fileDownload = async (box: Box, path: string): Promise<Download> => ({
  name: nameOf(path),
  body: await box.files.open("workdir", path),
})

/** Everything in a folder as one tar, made inside, links as links. */
export async function folderDownload(
  box: Box,
  { path, checkout }: { path: string; checkout?: string | undefined },
): Promise<Download | undefined> {
  if (isVaultPath(checkout, `${path}/`)) return undefined
  const name = nameOf(path) || nameOf(checkout ?? "workdir")
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, "_").replace(/^[.-]+/, "_")
  const rename = `--transform=flags=rh;s,^\\.,${plain},`
  const program = await box.run({
    argv: ["tar", "--create", "--file=-", rename, "--exclude=.loopat-*.part", ...withoutVaults(checkout, path), "."],
    within: { root: "workdir", path },
  })
  const reader = program.stdout.getReader()
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await reader.read()
      if (!done) {
        sent += value.length
        if (sent <= mostOfFolder) return controller.enqueue(value)
      }
      const { code } = done ? await program.exited : { code: null }
      await program[Symbol.asyncDispose]()
      // 1: a file changed while it was read, which is how work goes. Anything else must not look like the whole.
      if (code === 0 || code === 1) controller.close()
      else controller.error(new LinkFailed("gone", "the archive is not complete"))
    },
    cancel: () => program[Symbol.asyncDispose](),
  })
  return { name: `${name}.tar`, body }
}

/** Vaults are only named, also where all of personal is taken along. */
function withoutVaults(checkout: string | undefined, path: string): string[] {
  const above = path === "" ? "" : `${path}/`
  return checkout === "personal" && vaultsFolder.startsWith(above)
    ? ["--anchored", "--ignore-case", `--exclude=./${vaultsFolder.slice(above.length)}`]
    : []
}
