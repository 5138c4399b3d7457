import { Elysia } from "elysia"
import { z } from "zod"
import { VaultPage } from "../../views/pages/vault.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { FieldErrors } from "../../views/props/reader.ts"
import type { VaultPageView } from "../../views/props/vault.ts"
import { type NewId, parseVaultName, type UserName, type VaultName } from "../lib/ids.ts"
import { vaultWords } from "../lib/i18n/vault.ts"
import { vaultPaths, type VaultSaid, vaultUrls } from "../lib/vault-urls.ts"
import { isDiskFailure } from "../platform/disk/calls.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { type FormFile, readFormWithFiles } from "../platform/http/form-files.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import { largestHome } from "./home-files.ts"
import type { Vault } from "./index.ts"
import type { Put } from "./home-store.ts"
import { type KeyFile, newKeyFiles, pastedKeyFiles } from "./key-files.ts"
import { shownText, vaultView } from "./present.ts"

export interface VaultRouteNeeds {
  vault: Pick<Vault, "list" | "homeFiles" | "putFile" | "putPair" | "setExecutable" | "removeFile" | "renameFile">
  ids: NewId
  /** Durable when it resolves; a name, never content. */
  note(user: SignedIn, action: string, object: string): Promise<void>
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
}

const on = z
  .string()
  .optional()
  .transform((value) => value === "on")
const vault = z.string().max(64).default("default")
const path = z.string().trim().default("")

const FileForm = z.object({
  ...{ vault, path, executable: on, replaces: on },
  way: z.enum(["upload", "text"]).default("text"),
  text: z.string().default(""),
})
const PlaceForm = z.object({ vault, path, executable: on })
const RenameForm = z.object({ vault, path, to: path })
const KeyForm = z.object({ vault, way: z.enum(["make", "paste"]).default("paste"), key: z.string().default("") })

const longestText = 1 << 20
/** Of a whole form: a text that is too long comes back to be made shorter. */
const longestForm = 8 << 20

/** A person's own vaults; nobody else's are ever shown or touched. */
export const vaultRoutes = (needs: VaultRouteNeeds) =>
  new Elysia({ name: "vault" })
    .get(vaultPaths.vault, ({ request, query }) =>
      within(needs, { request, vault: String(query["vault"] ?? "default") }, (visit) => look(needs, visit, query)),
    )
    .post(vaultPaths.vaultFiles, ({ request }) => store(needs, request), raw)
    .post(
      vaultPaths.vaultFileRemove,
      ({ request }) =>
        atFile(needs, request, async (place, { user }) => {
          if (!(await needs.vault.removeFile(place))) return undefined
          await needs.note(user, "vault.file.remove", `${place.vault}/${place.path}`)
          return "removed"
        }),
      raw,
    )
    .post(
      vaultPaths.vaultFileExecutable,
      ({ request }) =>
        atFile(needs, request, async (place, { user, executable }) => {
          if (!(await needs.vault.setExecutable(place, executable))) return undefined
          await needs.note(user, "vault.file.executable", `${place.vault}/${place.path}`)
          return "changed"
        }),
      raw,
    )
    .post(vaultPaths.vaultFileRename, ({ request }) => rename(needs, request), raw)
    .post(vaultPaths.vaultKey, ({ request }) => storeKey(needs, request), raw)

interface Visit {
  request: Request
  user: SignedIn
  vault: VaultName
}

type Shown = Partial<Pick<VaultPageView, "notice" | "upload" | "text" | "keyErrors" | "rename">> & { status?: number }

/** Of the vaults that this person has; any other is not there. */
async function within(
  needs: VaultRouteNeeds,
  { request, vault }: { request: Request; vault: string },
  work: (visit: Visit) => Promise<Response>,
): Promise<Response> {
  const user = userOf(request)
  const name = parseVaultName(vault)
  if (!name || !(await needs.vault.list(user.name)).includes(name))
    return needs.showProblem({ status: 404, code: "not-found" }, request)
  return work({ request, user, vault: name })
}

async function show(needs: VaultRouteNeeds, visit: Visit, { status = 200, ...shown }: Shown): Promise<Response> {
  const { request, user, vault } = visit
  const { locale } = visitorOf(request)
  const found = { ...(await needs.vault.homeFiles(user.name, vault)), vaults: await needs.vault.list(user.name) }
  const page: VaultPageView = {
    ...needs.frame(request, { title: vaultWords(locale).title, section: "settings" }),
    ...vaultView({ ...found, vault }, locale),
    ...shown,
  }
  return htmlPage(<VaultPage page={page} />, { status })
}

async function look(needs: VaultRouteNeeds, visit: Visit, query: Record<string, unknown>): Promise<Response> {
  const words = vaultWords(visitorOf(visit.request).locale)
  const said = words.said(String(query["said"] ?? ""), "") || undefined
  if (query["file"] === undefined) return show(needs, visit, { notice: said })
  const { files } = await needs.vault.homeFiles(visit.user.name, visit.vault)
  const file = files.find((one) => one.path === query["file"])
  const text = file && shownText(file)
  if (!file || text === undefined) return show(needs, visit, { notice: words.gone, status: 404 })
  const { path, executable } = file
  return show(needs, visit, { text: { path, executable, text, replaces: true, editing: true, errors: {} } })
}

async function store(needs: VaultRouteNeeds, request: Request): Promise<Response> {
  const wish = { maxBytes: longestForm, field: "file", mostBytes: largestHome, most: 1 }
  const { form, files } = await readFormWithFiles(request, FileForm, wish)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const typed = form.value
  return within(needs, { request, vault: typed.vault }, async (visit) => {
    const words = vaultWords(visitorOf(request).locale)
    const again = (errors: FieldErrors, status = 422) => {
      const kept = { path: typed.path, executable: typed.executable, replaces: typed.replaces, errors }
      if (typed.way === "upload") return show(needs, visit, { upload: kept, status })
      return show(needs, visit, { text: { ...kept, text: typed.text, editing: false }, status })
    }
    const [file] = files
    if (typed.way === "upload" && !file) return again({ "upload-file": words.fileMissing })
    if (file && !file.content) return again({ "upload-file": words.fileTooLarge })
    const path = pathFrom(typed.path, file)
    if (path === "") return again({ [`${typed.way}-path`]: words.pathMissing })
    const content = file?.content ?? Buffer.from(typed.text)
    if (!file && content.length > longestText) return again({ "text-text": words.textTooLong })
    const { user, vault } = visit
    const { executable, replaces } = typed
    const outcome = await orNotWritten(async () => {
      const stored = await needs.vault.putFile({ user: user.name, vault, path }, { content, executable, replaces })
      if (stored.kind === "written") await needs.note(user, "vault.file", `${vault}/${path}`)
      return stored
    })
    if (outcome.kind === "not-written") return again({ form: words.notWritten }, 507)
    if (outcome.kind === "refused")
      return again({ [`${typed.way}-path`]: words.refused(outcome.why, outcome.why) }, 409)
    return redirectTo(vaultUrls.vault({ vault, said: "stored" }), request)
  })
}

/** A disk that cannot be written is no reason to lose what was typed. */
const orNotWritten = <T,>(writing: () => Promise<T>): Promise<T | { kind: "not-written" }> =>
  writing().catch((error: unknown) => {
    if (isDiskFailure(error)) return { kind: "not-written" }
    throw error
  })

/** The file stays where it is when it cannot go there, and the form comes back with what was typed. */
async function rename(needs: VaultRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, RenameForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { path, to: typed } = form.value
  return within(needs, { request, vault: form.value.vault }, async (visit) => {
    const { user, vault } = visit
    const words = vaultWords(visitorOf(request).locale)
    const to = pathFrom(typed, undefined)
    const again = (sentence: string, status: number) =>
      show(needs, visit, { rename: { path, to: typed, errors: { "rename-to": sentence } }, status })
    if (to === "") return again(words.pathMissing, 422)
    const outcome = await orNotWritten(() => needs.vault.renameFile({ user: user.name, vault, path }, to))
    if (outcome.kind === "not-written") return again(words.notWritten, 507)
    if (outcome.kind === "gone") return show(needs, visit, { notice: words.gone, status: 404 })
    if (outcome.kind === "refused")
      return again(outcome.why === "exists" ? words.renameExists : words.refused(outcome.why, outcome.why), 409)
    await needs.note(user, "vault.file.rename", `${vault}/${path} to ${to}`)
    return redirectTo(vaultUrls.vault({ vault, said: "renamed" }), request)
  })
}

/** As it was typed, from the home or from the folder that its own name goes into. */
function pathFrom(typed: string, file: FormFile | undefined): string {
  const path = typed.replace(/^~\//, "")
  if (!file || (path !== "" && !path.endsWith("/"))) return path
  return `${path}${file.name.split(/[/\\]/).at(-1) ?? ""}`
}

interface Place {
  user: UserName
  vault: VaultName
  path: string
}

async function atFile(
  needs: VaultRouteNeeds,
  request: Request,
  work: (place: Place, by: { user: SignedIn; executable: boolean }) => Promise<VaultSaid | undefined>,
): Promise<Response> {
  const form = await readForm(request, PlaceForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { path, executable } = form.value
  return within(needs, { request, vault: form.value.vault }, async (visit) => {
    const { user, vault } = visit
    const said = await work({ user: user.name, vault, path }, { user, executable })
    if (said) return redirectTo(vaultUrls.vault({ vault, said }), request)
    return show(needs, visit, { notice: vaultWords(visitorOf(request).locale).gone, status: 404 })
  })
}

async function storeKey(needs: VaultRouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, KeyForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { way, key } = form.value
  return within(needs, { request, vault: form.value.vault }, async (visit) => {
    const { user, vault } = visit
    const words = vaultWords(visitorOf(request).locale)
    const files = way === "make" ? newKeyFiles(needs.ids.hex(32), `loopat:${user.name}`) : pastedKeyFiles(key)
    if (!files) return show(needs, visit, { keyErrors: { key: words.notAKey }, status: 422 })
    const outcome = await needs.vault.putPair([
      put(files.open, { user: user.name, vault, replaces: true }),
      put(files.secret, { user: user.name, vault, replaces: false }),
    ])
    if (outcome.kind === "refused") {
      const { path } = files.secret
      const sentence = outcome.why === "exists" ? words.keyExists(path) : words.refused(outcome.why, outcome.why)
      return show(needs, visit, { keyErrors: { [way === "make" ? "form" : "key"]: sentence }, status: 409 })
    }
    await needs.note(user, "vault.file", `${vault}/${files.secret.path}`)
    return redirectTo(vaultUrls.vault({ vault, said: "key" }), request)
  })
}

/** A public half without its private one is no use, so it may be replaced; a private one never is. */
const put = (
  { path, text }: KeyFile,
  { user, vault, replaces }: { user: UserName; vault: VaultName; replaces: boolean },
): Put => [
  { user, vault, path },
  { content: Buffer.from(text), executable: false, replaces },
]
