import { type Box, type FileEntry, LinkFailed } from "../../sandbox/index.ts"
import type { ViewedLoop } from "../contract.ts"
import { type ContextName, contextNames } from "./places.ts"

type Root = Parameters<Box["files"]["stat"]>[0]

/** A checkout of a loop, as its sandbox has it. */
export interface Checkout {
  /** As addresses have it: `workdir`, a context's name, or `repos/<name>`. */
  name: string
  root: Extract<Root, "workdir" | "knowledge" | "notes" | "personal" | "repos">
  /** Beneath the root. */
  path: string
  /** As programs inside know it. */
  folder: string
}

export const workdirIn = ({ loop }: Pick<Box, "loop">): Checkout => ({
  ...{ name: "workdir", root: "workdir", path: "", folder: `/loopat/loop/${loop}/workdir` },
})

export const contextIn = (name: ContextName): Checkout => ({
  ...{ name, root: name, path: "", folder: `/loopat/context/${name}` },
})

/** Undefined for what no checkout can be called. Whether there is one of this name, the sandbox knows. */
function parseCheckout(name: string): Omit<Checkout, "folder"> | undefined {
  const context = contextNames.find((one) => one === name)
  if (context) return { name, root: context, path: "" }
  const [, repository = ""] = /^repos\/([^/]+)$/.exec(name) ?? []
  return isShown(repository) ? { name, root: "repos", path: repository } : undefined
}

/** What hides, or would turn a line around, is left to the terminal. */
const isShown = (name: string) => name.length <= 100 && /^[^.\s/\p{C}][^/\p{C}]*$/u.test(name)

/** Whether this person's loop could have a checkout of this name, as long as nobody has looked. */
export function mayBeCheckout({ drives }: Pick<ViewedLoop, "drives">, name: string | undefined): boolean {
  if (name === undefined || name === "workdir") return true
  const parsed = parseCheckout(name)
  return parsed !== undefined && (parsed.root !== "personal" || drives)
}

/** The checkout of this name, if this loop has it and this person may look into it; the working folder without a name. */
export async function findCheckout(
  box: Box,
  loop: Pick<ViewedLoop, "drives">,
  name: string | undefined,
): Promise<Checkout | undefined> {
  if (name === undefined || name === "workdir") return workdirIn(box)
  const parsed = mayBeCheckout(loop, name) ? parseCheckout(name) : undefined
  if (!parsed) return undefined
  const found = await statAt(box, parsed)
  return found?.kind === "folder" ? { ...parsed, folder: `/loopat/context/${name}` } : undefined
}

const mostRepositories = 50

/** All that this person may look into, the working folder first. */
export async function listCheckouts(box: Box, loop: Pick<ViewedLoop, "drives">): Promise<Checkout[]> {
  const names = [...contextNames, ...(await repositoriesIn(box))]
  const found = await Promise.all(names.map((name) => findCheckout(box, loop, name)))
  return [workdirIn(box), ...found.filter((one) => one !== undefined)]
}

async function repositoriesIn(box: Box): Promise<string[]> {
  if ((await statAt(box, { root: "repos", path: "" }))?.kind !== "folder") return []
  const { entries } = await box.files.list("repos", "", { maxEntries: mostRepositories })
  return entries.filter(({ kind, name }) => kind === "folder" && isShown(name)).map(({ name }) => `repos/${name}`)
}

/** What cannot be looked at, as a link, is not there. */
async function statAt(box: Box, { root, path }: Pick<Checkout, "root" | "path">): Promise<FileEntry | undefined> {
  try {
    return await box.files.stat(root, path)
  } catch (error) {
    if (error instanceof LinkFailed && (error.kind === "refused" || error.kind === "protocol")) return undefined
    throw error
  }
}

/** The same sandbox, of which this checkout is taken for the working folder. */
export function boxAt(box: Box, checkout: Checkout): Box {
  const { root: actual, path: above } = checkout
  if (actual === "workdir") return box
  const at = (root: Root, path: string): [Root, string] =>
    root === "workdir" ? [actual, [above, path].filter(Boolean).join("/")] : [root, path]
  const within = <R extends Parameters<Box["run"]>[0]>(request: R): R => {
    if (!request.within) return request
    const [root, path] = at(request.within.root, request.within.path)
    return { ...request, within: { root, path } }
  }
  const files = actual === "personal" ? withoutVaults(box.files) : box.files
  return {
    ...box,
    run: (request) => box.run(within(request)),
    capture: (request, limits) => box.capture(within(request), limits),
    files: {
      read: (root, path, options) => files.read(...at(root, path), options),
      open: (root, path, options) => files.open(...at(root, path), options),
      write: (root, path, content) => files.write(...at(root, path), content),
      put: (root, path, put) => files.put(...at(root, path), put),
      list: (root, path, options) => files.list(...at(root, path), options),
      watch: (root, path, told) => files.watch(...at(root, path), told),
      stat: (root, path) => files.stat(...at(root, path)),
      makeFolder: (root, path) => files.makeFolder(...at(root, path)),
      move: (root, from, to) => files.move(...at(root, from), at(root, to)[1]),
      remove: (root, path) => files.remove(...at(root, path)),
    },
  }
}

/** Vaults of personal are ciphertext, and are only ever named. `checkout`: its name. */
export const isVaultPath = (checkout: string | undefined, path: string): boolean =>
  checkout === "personal" && isInVaults(path)

export const vaultsFolder = ".loopat/vaults"
const isInVaults = (path: string) => path.toLowerCase().startsWith(`${vaultsFolder}/`)

/** Files of personal, of which those in vaults are neither read nor written. */
function withoutVaults(files: Box["files"]): Box["files"] {
  const open = async (path: string) => {
    if (isInVaults(path)) throw new LinkFailed("refused", "a file of a vault is only named", "denied")
  }
  return {
    ...files,
    read: (root, path, options) => open(path).then(() => files.read(root, path, options)),
    open: (root, path, options) => open(path).then(() => files.open(root, path, options)),
    write: (root, path, content) => open(path).then(() => files.write(root, path, content)),
    put: (root, path, put) => open(path).then(() => files.put(root, path, put)),
    move: async (root, from, to) => {
      await open(from)
      await open(to)
      await files.move(root, from, to)
    },
  }
}
