import type { VaultPageView } from "../../views/props/vault.ts"
import type { VaultName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { vaultWords } from "../lib/i18n/vault.ts"
import { vaultUrls } from "../lib/vault-urls.ts"
import type { HomeFile, HomeFiles } from "./home-files.ts"

interface Found extends HomeFiles {
  vault: VaultName
  vaults: VaultName[]
}

type View = Pick<
  VaultPageView,
  "vault" | "vaults" | "files" | "leftOut" | "upload" | "text" | "keys" | "keyErrors" | "rename"
>

/** What the page about a vault shows: of what is in files only what is no secret by its name. */
export function vaultView({ vault, vaults, files, leftOut }: Found, locale: Locale): View {
  const words = vaultWords(locale)
  const empty = { path: "", executable: false, replaces: false, errors: {} }
  return {
    vault,
    vaults: vaults.map((name) => ({ name, url: vaultUrls.vault({ vault: name }) })),
    files: files.map((file) => ({
      ...{ path: file.path, size: file.content.length, executable: file.executable, changedAt: file.changedAt },
      ...(shownText(file) !== undefined && { editUrl: vaultUrls.vault({ vault, file: file.path }) }),
    })),
    leftOut: leftOut.map(({ path, why }) => ({ path, why: words.why(why, why) })),
    upload: empty,
    text: { ...empty, text: "", editing: false },
    keys: files.flatMap((file) => {
      const text = /^\.ssh\/[^/]+\.pub$/.test(file.path) ? shownText(file) : undefined
      return text === undefined ? [] : [{ path: file.path, public: text.trim() }]
    }),
    keyErrors: {},
    rename: { path: "", to: "", errors: {} },
  }
}

/** Files that are no secret by their name may be shown again. */
const isShown = (path: string): boolean =>
  [".gitconfig", ".ssh/config", ".ssh/known_hosts"].includes(path) || path.endsWith(".pub")

const longestShown = 256 * 1024

/** Undefined for what may not be shown, or is no text. */
export function shownText({ path, content }: HomeFile): string | undefined {
  if (!isShown(path) || content.length > longestShown) return undefined
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(content)
    // Whatever it is called, a private key is none to show.
    return text.includes("\0") || /BEGIN [A-Z ]*PRIVATE KEY/.test(text) ? undefined : text
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
