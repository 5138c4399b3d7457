import { fill, query } from "./address.ts"
import type { ShelfName } from "./context-urls.ts"

/** Addresses of the pages about contexts' repositories outside, and of the hook that hosts call. */
export const outsidePaths = {
  contextRepositories: "/settings/context",
  workspaceKeys: "/settings/context/keys",
  workspaceKeyRemove: "/settings/context/keys/:key/remove",
  workspaceTokenReplace: "/settings/context/keys/:key/replace",
  workspaceTokens: "/settings/context/tokens",
  hookRenew: "/settings/context/hook",
  contextTest: "/settings/context/:shelf/test",
  contextHost: "/settings/context/:shelf/host",
  contextAttach: "/settings/context/:shelf/attach",
  contextReview: "/settings/context/:shelf/review",
  contextDetach: "/settings/context/:shelf/detach",
  contextRetry: "/context/:shelf/retry",
  personal: "/settings/personal",
  personalKey: "/settings/personal/key",
  personalToken: "/settings/personal/token",
  personalTest: "/settings/personal/test",
  personalHost: "/settings/personal/host",
  personalAttach: "/settings/personal/attach",
  personalDetach: "/settings/personal/detach",
  hook: "/hooks/:secret",
} as const

/** What just happened to a context's home outside, or to a key. */
type OutsideSaid =
  "attached" | "detached" | "key" | "token" | "replaced" | "removed" | "hook" | "reviewHere" | "reviewOutside"

const of = (context: string, shelf: ShelfName, own: string): string =>
  shelf === "personal" ? own : fill(context, { shelf })

export const outsideUrls = {
  /** `said`: what just happened; `name` of a key. */
  page: (about: { said?: OutsideSaid; name?: string } = {}) => query(outsidePaths.contextRepositories, about),
  keys: outsidePaths.workspaceKeys,
  tokenReplace: (key: string) => fill(outsidePaths.workspaceTokenReplace, { key }),
  review: (shelf: ShelfName) => fill(outsidePaths.contextReview, { shelf }),
  keyRemove: (key: string) => fill(outsidePaths.workspaceKeyRemove, { key }),
  tokens: outsidePaths.workspaceTokens,
  hookRenew: outsidePaths.hookRenew,
  test: (shelf: ShelfName) => of(outsidePaths.contextTest, shelf, outsidePaths.personalTest),
  host: (shelf: ShelfName) => of(outsidePaths.contextHost, shelf, outsidePaths.personalHost),
  attach: (shelf: ShelfName) => of(outsidePaths.contextAttach, shelf, outsidePaths.personalAttach),
  detach: (shelf: ShelfName) => of(outsidePaths.contextDetach, shelf, outsidePaths.personalDetach),
  /** `personal` is everybody's own. */
  retry: (shelf: ShelfName) => fill(outsidePaths.contextRetry, { shelf }),
  /** Of everybody's own repository. `said`: what just happened. */
  personal: (about: { said?: "attached" | "detached" | "key" | "token" } = {}) => query(outsidePaths.personal, about),
  personalKey: outsidePaths.personalKey,
  personalToken: outsidePaths.personalToken,
  hook: (secret: string) => fill(outsidePaths.hook, { secret }),
} as const
