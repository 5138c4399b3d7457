import { contextPaths } from "./context-urls.ts"
import { outsidePaths } from "./outside-urls.ts"
import { tokenPaths } from "./token-urls.ts"
import { requestPaths } from "./request-urls.ts"
import { paths } from "./urls.ts"

/** Every page for people who are signed in: each can be linked to, and be where signing in leads. */
export const pagePaths: readonly string[] = [
  paths.home,
  paths.loops,
  paths.newLoop,
  paths.loop,
  paths.loopDelete,
  paths.loopFiles,
  paths.loopChanges,
  paths.loopHistory,
  paths.loopBranches,
  paths.loopTerminal,
  paths.loopPreview,
  paths.previewEntrance,
  paths.loopSandbox,
  paths.setUpProvider,
  paths.shares,
  paths.system,
  paths.network,
  outsidePaths.contextRepositories,
  outsidePaths.personal,
  tokenPaths.tokens,
  requestPaths.requests,
  paths.providers,
  paths.newProvider,
  paths.provider,
  contextPaths.context,
  contextPaths.contextSearch,
  contextPaths.contextSwitch,
  contextPaths.contextTopics,
  contextPaths.contextTopic,
  contextPaths.contextInbox,
  contextPaths.contextCode,
  contextPaths.contextProposals,
  contextPaths.contextProposal,
  contextPaths.contextShelf,
]

/**
 * Where to go after signing in: an address of ours that shows a page, else undefined. Anything that a browser could
 * read as another host (`//host`, `/\host`, control characters) is none of ours.
 */
export function parseNext(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > 500) return undefined
  const [path = "", search] = value.split("?", 2)
  if (search !== undefined && !/^[\w.~%+=&-]*$/.test(search)) return undefined
  return pages.some((page) => page.test(path)) ? value : undefined
}

const pages = pagePaths.map((path) => new RegExp(`^${path.replace(/:\w+/g, "[\\w.~%-]+")}$`))
