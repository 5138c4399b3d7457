import type { AttachView } from "../../views/props/outside.ts"
import type { PasswordAgain } from "../accounts/index.ts"
import type { ShelfName } from "../lib/context-urls.ts"
import { outsideWords } from "../lib/i18n/outside.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { formProblem, readForm } from "../platform/http/form.ts"
import { redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import type { FileFault } from "../settings/index.ts"
import { AgainForm, AttachForm, HostForm } from "./attach-form.ts"
import type { Attaching, RemoteWanted } from "./attach.ts"
import { apartView, testedView } from "./outside-present.ts"

/** The page on which one repository is attached, and whose it is. */
export interface AttachSite<About extends string> {
  about: About
  shelf: ShelfName
  attaching: Attaching<About>
  read(form: AttachForm): Promise<{ kind: "wanted"; wanted: RemoteWanted } | { kind: "flawed"; errors: Errors }>
  show(shown: Partial<Pick<AttachView, "values" | "errors" | "outcome">>, status: number): Promise<Response>
  /** Where that is said which was done. */
  urlAfter(said: "attached" | "detached"): string
  /** What the audit says of it. */
  note(user: SignedIn, action: "attach" | "detach" | "host.confirm", object?: string): Promise<void>
  showProblem: ShowProblem
  passwordAgain: PasswordAgain
}

type Errors = AttachView["errors"]
type Read<Form> = { kind: "read"; form: Form; wanted: RemoteWanted } | { kind: "answered"; response: Response }

/** The form, or the page that says what is wrong with it. */
async function readRemote<Form extends AttachForm, About extends string>(
  site: AttachSite<About>,
  request: Request,
  schema: Parameters<typeof readForm<Form>>[1],
): Promise<Read<Form>> {
  const form = await readForm(request, schema)
  if (form.kind !== "valid") return { kind: "answered", response: site.showProblem(formProblem(form), request) }
  const read = await site.read(form.value)
  if (read.kind === "wanted") return { kind: "read", form: form.value, wanted: read.wanted }
  return { kind: "answered", response: await site.show({ values: form.value, errors: read.errors }, 422) }
}

export async function testHome<About extends string>(site: AttachSite<About>, request: Request): Promise<Response> {
  const read = await readRemote(site, request, AttachForm)
  if (read.kind === "answered") return read.response
  const outcome = testedView(await site.attaching.test(site.about, read.wanted), visitorOf(request).locale)
  return site.show({ values: read.form, outcome }, 200)
}

export async function confirmHost<About extends string>(site: AttachSite<About>, request: Request): Promise<Response> {
  const read = await readRemote(site, request, HostForm)
  if (read.kind === "answered") return read.response
  const { address, fingerprint } = read.form
  const confirmed = await site.attaching.confirmHost(address, fingerprint)
  const good = confirmed.kind === "confirmed"
  if (good) await site.note(userOf(request), "host.confirm", fingerprint)
  const words = outsideWords(visitorOf(request).locale)
  const outcome = { good, sentence: good ? words.hostConfirmed : words.hostNotShown }
  return site.show({ values: read.form, outcome }, good ? 200 : 409)
}

export async function attachHome<About extends string>(site: AttachSite<About>, request: Request): Promise<Response> {
  const read = await readRemote(site, request, AttachForm)
  if (read.kind === "answered") return read.response
  const outcome = await site.attaching.attach(site.about, read.wanted)
  if (outcome.kind === "unreadable") return unreadable(site, request, { fault: outcome, values: read.form })
  if (outcome.kind !== "attached")
    return site.show({ values: read.form, outcome: apartView(site.shelf, outcome, visitorOf(request).locale) }, 409)
  await site.note(userOf(request), "attach", read.wanted.address)
  return redirectTo(site.urlAfter("attached"), request)
}

export async function detachHome<About extends string>(site: AttachSite<About>, request: Request): Promise<Response> {
  const form = await readForm(request, AgainForm)
  if (form.kind !== "valid") return site.showProblem(formProblem(form), request)
  const password = await site.passwordAgain.missing(request, form.value.password)
  if (password !== undefined) return site.show({ errors: { [`${site.shelf}-password`]: password } }, 422)
  const outcome = await site.attaching.detach(site.about)
  if (outcome.kind === "unreadable") return unreadable(site, request, { fault: outcome })
  await site.note(userOf(request), "detach")
  return redirectTo(site.urlAfter("detached"), request)
}

function unreadable<About extends string>(
  site: AttachSite<About>,
  request: Request,
  { fault, values }: { fault: FileFault; values?: AttachForm },
): Promise<Response> {
  const form = settingsWords(visitorOf(request).locale).fileUnreadable(fault)
  return site.show({ errors: { form }, ...(values && { values }) }, 409)
}
