import { Elysia } from "elysia"
import { createWindowThrottle } from "../accounts/index.ts"
import type { Accounts } from "../accounts/index.ts"
import { contextPaths } from "../lib/context-urls.ts"
import type { Clock } from "../platform/clock.ts"
import { raw } from "../platform/http/form.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { GitHost } from "../repos/index.ts"

interface GitRouteNeeds {
  gitHost: GitHost
  accounts: Pick<Accounts, "tokens" | "people">
  clock: Clock
}

const wrongTokens = 20

/**
 * git for people: with a token as the password, and never with anything else. A cookie means nothing here, so no page of
 * anybody can make a browser push.
 */
export function gitRoutes({ gitHost, accounts, clock }: GitRouteNeeds) {
  const tries = createWindowThrottle({ clock, limit: wrongTokens })

  async function serve(request: Request): Promise<Response> {
    const { address = "" } = visitorOf(request)
    const wait = tries.wait(address)
    if (wait > 0)
      return plain(429, "too many wrong tokens. Wait a quarter of an hour", {
        "retry-after": String(Math.ceil(wait / 1_000)),
      })
    const text = passwordOf(request)
    const token = text === undefined ? undefined : await accounts.tokens.find(text)
    if (!token) {
      if (text !== undefined) tries.count(address)
      return plain(401, "a token is asked for. Make one on the server with: loopat token add NAME", challenge)
    }
    const asker = {
      kind: "member" as const,
      user: token.user,
      admin: accounts.people.get(token.user)?.role === "admin",
      mayPush: token.scopes.includes("git:write"),
      rests: async () => ((await accounts.tokens.isAlive(token.id)) ? undefined : ("ended" as const)),
    }
    return (await gitHost.serve(asker, request)) ?? plain(404, "there is no such repository here")
  }

  return new Elysia()
    .get(contextPaths.gitRefs, ({ request }) => serve(request))
    .post(contextPaths.gitFetch, ({ request, server }) => patiently(server, request, serve), raw)
    .post(contextPaths.gitPush, ({ request, server }) => patiently(server, request, serve), raw)
    .get(contextPaths.codeRefs, ({ request, server }) => patiently(server, request, serve))
    .post(contextPaths.codeFetch, ({ request, server }) => patiently(server, request, serve), raw)
    .post(contextPaths.codePush, ({ request, server }) => patiently(server, request, serve), raw)
}

/** Packing and looking may take longer than a quiet connection is otherwise kept. */
function patiently(
  server: { timeout(request: Request, seconds: number): void } | null,
  request: Request,
  serve: (request: Request) => Promise<Response>,
): Promise<Response> {
  server?.timeout(request, 0)
  return serve(request)
}

const challenge = { "www-authenticate": 'Basic realm="loopat", charset="UTF-8"' }

const plain = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(`loopat: ${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } })

/** What git sends as the password; the name beside it is not needed to know whose token it is. */
function passwordOf(request: Request): string | undefined {
  const [, encoded = ""] = /^Basic ([A-Za-z0-9+/=]{4,400})$/.exec(request.headers.get("authorization") ?? "") ?? []
  const pair = Buffer.from(encoded, "base64").toString("utf8")
  const split = pair.indexOf(":")
  return split < 0 ? undefined : pair.slice(split + 1)
}
