import { Elysia } from "elysia"
import { z } from "zod"
import { CaptureAgain, CaptureDialog } from "../../views/components/context-dialogs.tsx"
import { CapturePage } from "../../views/pages/context-found.tsx"
import { ContextHomePage } from "../../views/pages/context-home.tsx"
import type { ContextHomeView, KeptTextView } from "../../views/props/context.ts"
import { contextPaths, contextUrls } from "../lib/context-urls.ts"
import { shownPath } from "../lib/file-path.ts"
import { contextWords } from "../lib/i18n/context.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlFragment, htmlPage, isFragment } from "../platform/http/html.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { whatBecame } from "./became.ts"
import { inboxPath, noteLine } from "./changes.ts"
import { contextFrame } from "./frames.ts"
import { homeNow, markOfHome } from "./home-now.ts"
import type { KeptText } from "./kept-texts.ts"
import { personOf, type RouteNeeds } from "./needs.ts"
import { placeUrl } from "./places.ts"
import { refusalSentence, refusalStatus } from "./says.ts"

const longestThought = 2_000
const NoteForm = z.object({ text: z.string().max(longestThought) })

/** Where Context begins, and the line for the inbox that can be written from anywhere. */
export const homeRoutes = (needs: RouteNeeds) =>
  new Elysia({ name: "context-home" })
    .get(contextPaths.context, async ({ request }) =>
      htmlPage(<ContextHomePage page={await homePage(needs, request)} />),
    )
    .get(contextPaths.contextInbox, ({ request }) => showCapture(needs, request))
    .post(contextPaths.contextInbox, ({ request }) => note(needs, request), raw)

async function homePage(needs: RouteNeeds, request: Request): Promise<ContextHomeView> {
  const person = personOf(request)
  const { locale } = visitorOf(request)
  const [now, held, drafts] = await Promise.all([
    homeNow(needs, request),
    needs.kept.held(person.name),
    needs.kept.drafts(person.name),
  ])
  const streamUrl = contextUrls.events({ seen: markOfHome(now) })
  return {
    ...contextFrame(needs, request, { title: contextWords(locale).context, streamUrl }),
    ...now,
    code: (await needs.code.names()).map((name) => ({ name, url: contextUrls.code(name) })),
    held: await Promise.all(held.map((text, index) => heldView(needs, request, { text, index }))),
    drafts: drafts.map((text) => keptView(text, placeUrl(text.shelf, text.path, { view: "edit" }))),
    links: {
      inbox: placeUrl("notes", inboxPath),
      focus: placeUrl("notes", "focus.md"),
      topics: contextUrls.topics,
      proposals: contextUrls.proposals(),
    },
  }
}

/** Texts that are looked after on the first page; of older ones their own pages tell. */
const mostLookedAfter = 20

const heldView = async (
  needs: RouteNeeds,
  request: Request,
  { text, index }: { text: KeptText; index: number },
): Promise<KeptTextView> => ({
  ...keptView(text, contextUrls.held(text.id)),
  ...(index < mostLookedAfter && { became: await whatBecame(needs, request, text) }),
})

const keptView = ({ shelf, path, at }: KeptText, url: string): KeptTextView => ({
  ...{ shelf, path: shownPath(path), at, url },
})

interface Captured {
  text?: string
  errors?: Record<string, string>
  noted?: boolean
  status?: 200 | 404 | 409 | 422
}

async function note(needs: RouteNeeds, request: Request): Promise<Response> {
  const form = await readForm(request, NoteForm)
  if (form.kind !== "valid") return needs.showProblem(formProblem(form), request)
  const { text } = form.value
  const { locale } = visitorOf(request)
  const words = contextWords(locale)
  if (text.trim() === "") return showCapture(needs, request, { errors: { form: words.emptyThought }, status: 422 })
  const landed = await noteLine(needs, { person: personOf(request), text })
  switch (landed.kind) {
    case "landed":
    case "unchanged":
      return showCapture(needs, request, { noted: true })
    case "unreadable":
      return showCapture(needs, request, { text, errors: { form: words.inboxUnreadable }, status: 409 })
    default:
      return showCapture(needs, request, {
        text,
        errors: { form: refusalSentence(landed, locale) },
        status: refusalStatus(landed),
      })
  }
}

/** As a dialog, as the answer to a line that was sent, or as a page for browsers without script. */
function showCapture(needs: RouteNeeds, request: Request, captured: Captured = {}): Response {
  const { locale, formToken } = visitorOf(request)
  const { status = 200, ...shown } = captured
  const reader = { locale, now: needs.clock.now() }
  if (isFragment(request)) {
    const Shown = request.method === "GET" ? CaptureDialog : CaptureAgain
    return htmlFragment(<Shown {...shown} reader={reader} formToken={formToken} />, { status })
  }
  const page = contextFrame(needs, request, { title: contextWords(locale).capture })
  return htmlPage(<CapturePage {...shown} page={page} />, { status })
}
