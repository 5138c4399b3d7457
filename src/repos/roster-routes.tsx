import { Elysia } from "elysia"
import { z } from "zod"
import { RepositoriesPage } from "../../views/pages/repositories.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { RepositoriesView, RepositoryRowView } from "../../views/props/repositories.ts"
import { type PasswordAgain, passwordField } from "../accounts/index.ts"
import { contextUrls } from "../lib/context-urls.ts"
import { parseRepoName, type RepoName, type UserName } from "../lib/ids.ts"
import { repositoryWords } from "../lib/i18n/repositories.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { paths, urls } from "../lib/urls.ts"
import { asAdmin } from "../platform/http/as-admin.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import type { FileFault } from "../settings/index.ts"
import type { Listed, NewEntryFlaws, Roster } from "./roster.ts"

export interface RosterRouteNeeds {
  roster: Roster
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
  passwordAgain: PasswordAgain
  /** By the account as it stands now. */
  isAdmin(user: UserName): boolean
  /** Writes down who changed what; durable when it resolves. */
  note(user: SignedIn, action: string, object: string): Promise<void>
}

const text = z.string().default("")
const AddForm = z.object({
  ...{ name: text, git: text, credential: text, protected: text },
  access: z.enum(["hosted", "mirrored", "direct"]),
})
const ProtectionForm = z.object({ protected: z.enum(["yes", "no"]) })
const RemoveForm = z.object({ typed: text, password: passwordField })

/** The workspace's repositories of code, for administrators. */
export const rosterRoutes = (needs: RosterRouteNeeds) =>
  new Elysia({ name: "repositories" })
    .get(paths.repositories, ({ request, query }) => asAdmin(needs, request, () => show(needs, request, said(query))))
    .post(
      paths.repositories,
      ({ request }) =>
        asAdmin(needs, request, () => withForm({ ...needs, request }, AddForm, (form) => add(needs, request, form))),
      raw,
    )
    .post(
      paths.repositoryProtection,
      ({ request, params }) =>
        aboutOne(needs, { request, ...params }, (name) =>
          withForm({ ...needs, request }, ProtectionForm, (form) =>
            protect(needs, { request, name }, form.protected === "yes"),
          ),
        ),
      raw,
    )
    .post(
      paths.repositoryRemove,
      ({ request, params }) =>
        aboutOne(needs, { request, ...params }, (name) =>
          withForm({ ...needs, request }, RemoveForm, (form) => remove(needs, { request, name }, form)),
        ),
      raw,
    )

type Answer = Response | Promise<Response>

/** A text that names no repository is no address of ours, whoever asks. */
function aboutOne(
  needs: RosterRouteNeeds,
  { request, name: typed }: Typed,
  answer: (name: RepoName) => Answer,
): Answer {
  const name = parseRepoName(typed)
  if (name === undefined) return needs.showProblem({ status: 404, code: "not-found" }, request)
  return asAdmin(needs, request, () => answer(name))
}

interface Typed {
  request: Request
  name: string
}

async function withForm<T>(
  { showProblem, request }: RosterRouteNeeds & { request: Request },
  schema: z.ZodType<T>,
  answer: (form: T) => Promise<Response>,
): Promise<Response> {
  const form = await readForm(request, schema)
  return form.kind === "valid" ? answer(form.value) : showProblem(formProblem(form), request)
}

async function add(needs: RosterRouteNeeds, request: Request, form: z.infer<typeof AddForm>): Promise<Response> {
  const wanted = { ...form, protected: form.protected === "yes" }
  const added = await needs.roster.add(wanted)
  if (added.kind === "flawed") return show(needs, request, { values: wanted, errors: flawWords(added.flaws, request) })
  if (added.kind === "unreadable") return show(needs, request, { values: wanted, errors: faultWords(added, request) })
  await needs.note(userOf(request), "settings.repository.add", added.name)
  return redirectTo(urls.repositoriesSaid({ added: added.name }), request)
}

interface About {
  request: Request
  name: RepoName
}

async function protect(needs: RosterRouteNeeds, { request, name }: About, wanted: boolean): Promise<Response> {
  const done = await needs.roster.protect(name, wanted)
  if (done.kind === "not-there") return notThere(needs, request)
  if (done.kind === "unreadable") return show(needs, request, { errors: faultWords(done, request) })
  await needs.note(userOf(request), `settings.repository.${wanted ? "protect" : "open"}`, name)
  return redirectTo(urls.repositoriesSaid({ saved: name }), request)
}

async function remove(
  needs: RosterRouteNeeds,
  { request, name }: About,
  { typed, password }: z.infer<typeof RemoveForm>,
): Promise<Response> {
  const removing = { name, typed }
  const missing = await needs.passwordAgain.missing(request, password)
  if (missing !== undefined) return show(needs, request, { removing, errors: { [`${name}-password`]: missing } })
  const done = await needs.roster.remove(name, typed)
  if (done.kind === "not-there") return notThere(needs, request)
  const words = repositoryWords(visitorOf(request).locale)
  if (done.kind === "unreadable") return show(needs, request, { errors: faultWords(done, request) })
  if (done.kind === "not-confirmed")
    return show(needs, request, { removing, errors: { form: words.confirmName(name) } })
  if (done.kind === "needed") return show(needs, request, { errors: { form: words.needed(name) } })
  await needs.note(userOf(request), "settings.repository.remove", name)
  return redirectTo(urls.repositoriesSaid({ [done.kind]: name }), request)
}

const notThere = (needs: RosterRouteNeeds, request: Request) =>
  show(needs, request, { errors: { form: repositoryWords(visitorOf(request).locale).gone } })

const faultWords = (fault: FileFault, request: Request) => ({
  form: settingsWords(visitorOf(request).locale).fileUnreadable(fault),
})

/** What is wrong with an entry that somebody typed. */
export function flawWords({ name, git, credential }: NewEntryFlaws, request: Request): RepositoriesView["errors"] {
  const words = repositoryWords(visitorOf(request).locale)
  const names = { invalid: words.nameInvalid, taken: words.nameTaken, kept: words.nameKept, local: words.nameInvalid }
  return {
    ...(name && { name: names[name] }),
    ...(git && { git: git === "local" ? words.addressLocal : words.addressInvalid }),
    ...(credential && { credential: words.keyInvalid }),
  }
}

type Shown = Partial<Pick<RepositoriesView, "values" | "errors" | "removing">> & {
  said?: [key: string, name: RepoName]
}

/** What just happened, as the address says. */
function said(query: Record<string, unknown>): Shown {
  for (const key of ["added", "removed", "kept", "saved"]) {
    const name = parseRepoName(query[key])
    if (name) return { said: [key, name] }
  }
  return {}
}

const empty = { name: "", git: "", access: "", credential: "", protected: false }

async function show(
  needs: RosterRouteNeeds,
  request: Request,
  { values = empty, errors = {}, removing, said: word }: Shown,
) {
  const words = repositoryWords(visitorOf(request).locale)
  const notices: Record<string, (name: string) => string> = {
    ...{ added: words.added, removed: words.removed, kept: words.keptNow, saved: words.protectionSaved },
  }
  const notice = word && notices[word[0]]?.(word[1])
  const { origin } = new URL(request.url)
  const page: RepositoriesView = {
    ...needs.frame(request, { title: words.title, section: "settings" }),
    repositories: (await needs.roster.list()).map((one) => rowView(one, origin)),
    ...{ values, errors, removing, asksPassword: needs.passwordAgain.isDue(request) },
    ...(notice !== undefined && { notice }),
  }
  return htmlPage(<RepositoriesPage page={page} />, { status: Object.keys(errors).length > 0 ? 422 : 200 })
}

function rowView(one: Listed, origin: string): RepositoryRowView {
  const { name, git, access = "mirrored", kept, loops, bytes } = one
  const isHosted = access === "hosted"
  return {
    ...{ name, kind: access, kept, loops, protected: one.protected === true },
    ...(git !== "" && !isHosted && { address: git }),
    ...(isHosted && !kept && { clone: `git clone ${origin}${contextUrls.codeClone(name)}` }),
    ...(bytes !== undefined && { bytes }),
  }
}
