import { contextPaths } from "../lib/context-urls.ts"
import { outsidePaths } from "../lib/outside-urls.ts"
import { paths } from "../lib/urls.ts"
import type { PublicRoute } from "../platform/http/access.ts"

/** Everything that answers somebody who is not signed in. What is not listed here is refused. */
export const publicRoutes: readonly PublicRoute[] = [
  { method: "GET", path: paths.alive, anyHost: true },
  { method: "GET", path: paths.ready, anyHost: true },
  // Opened by tokens of their own.
  { method: "GET", path: paths.metrics },
  { method: "GET", path: contextPaths.gitRefs },
  { method: "POST", path: contextPaths.gitFetch },
  { method: "POST", path: contextPaths.gitPush },
  { method: "GET", path: contextPaths.codeRefs },
  { method: "POST", path: contextPaths.codeFetch },
  { method: "POST", path: contextPaths.codePush },
  { method: "POST", path: outsidePaths.hook },
  { method: "GET", path: paths.asset },
  { method: "GET", path: paths.icon },
  { method: "GET", path: paths.signIn },
  { method: "POST", path: paths.signIn },
  { method: "GET", path: paths.setUp },
  { method: "POST", path: paths.setUp },
  { method: "POST", path: paths.language },
  { method: "POST", path: paths.theme },
]
