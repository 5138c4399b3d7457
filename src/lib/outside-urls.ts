import { fill, query } from "./address.ts"

/** Addresses of the page about contexts' repositories outside, and of the hook that hosts call. */
export const outsidePaths = {
  contextRepositories: "/settings/context",
  workspaceKeys: "/settings/context/keys",
  workspaceKeyRemove: "/settings/context/keys/:key/remove",
  workspaceTokens: "/settings/context/tokens",
  hookRenew: "/settings/context/hook",
  contextTest: "/settings/context/:shelf/test",
  contextHost: "/settings/context/:shelf/host",
  contextAttach: "/settings/context/:shelf/attach",
  contextDetach: "/settings/context/:shelf/detach",
  contextRetry: "/context/:shelf/retry",
  hook: "/hooks/:secret",
} as const

type Attachable = "knowledge" | "notes"

export const outsideUrls = {
  /** `said`: what just happened; `name` of a key. */
  page: (about: { said?: "attached" | "detached" | "key" | "token" | "removed" | "hook"; name?: string } = {}) =>
    query(outsidePaths.contextRepositories, about),
  keys: outsidePaths.workspaceKeys,
  keyRemove: (key: string) => fill(outsidePaths.workspaceKeyRemove, { key }),
  tokens: outsidePaths.workspaceTokens,
  hookRenew: outsidePaths.hookRenew,
  test: (shelf: Attachable) => fill(outsidePaths.contextTest, { shelf }),
  host: (shelf: Attachable) => fill(outsidePaths.contextHost, { shelf }),
  attach: (shelf: Attachable) => fill(outsidePaths.contextAttach, { shelf }),
  detach: (shelf: Attachable) => fill(outsidePaths.contextDetach, { shelf }),
  retry: (shelf: Attachable) => fill(outsidePaths.contextRetry, { shelf }),
  hook: (secret: string) => fill(outsidePaths.hook, { secret }),
} as const
