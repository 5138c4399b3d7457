import type { AssetUrls, DocumentView, FrameView, RecentLoopView } from "../../views/props/frame.ts"
import { negotiate } from "../lib/i18n/locale.ts"
import type { Clock } from "../platform/clock.ts"
import { userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { SignedIn } from "../platform/http/visitor.ts"

/** What a page says about itself; the rest of its frame is the same for all. */
export interface About {
  title: string
  section: FrameView["section"]
  streamUrl?: string
  currentLoop?: string
}

export interface Documents {
  document(visitor: Visitor, title: string): DocumentView
  frame(request: Request, about: About): FrameView
  /** Somebody whose request was refused before anybody knew who it is. */
  stranger(request: Request): Visitor
}

export interface DocumentNeeds {
  clock: Clock
  assets: AssetUrls
  workspaceName(): string
  needsYou(user: SignedIn): number
  recent(user: SignedIn): RecentLoopView[]
}

export function createDocuments({ clock, assets, workspaceName, needsYou, recent }: DocumentNeeds): Documents {
  const document = (visitor: Visitor, title: string): DocumentView => ({
    reader: { locale: visitor.locale, now: clock.now() },
    theme: visitor.theme,
    assets,
    workspace: workspaceName(),
    title,
    ...(visitor.formToken !== undefined && { formToken: visitor.formToken }),
  })
  return {
    document,
    frame(request, about) {
      const user = userOf(request)
      return {
        ...document(visitorOf(request), about.title),
        ...about,
        user: { name: user.name, displayName: user.displayName, admin: user.role === "admin" },
        needsYou: needsYou(user),
        recent: recent(user),
      }
    },
    stranger: (request) => ({
      locale: negotiate(request.headers.get("accept-language")),
      theme: "system",
      requestId: "",
    }),
  }
}
