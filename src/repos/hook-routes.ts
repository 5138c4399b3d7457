import { Elysia } from "elysia"
import { createWindowThrottle } from "../accounts/index.ts"
import { outsidePaths } from "../lib/outside-urls.ts"
import { raw } from "../platform/http/form.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import type { OutsideRouteNeeds } from "./outside-page.tsx"

const wrongSecrets = 20

/** Whoever does not know the secret is told nothing, and after some tries not even looked at. */
export function hookRoute({ hook, clock, showProblem }: Pick<OutsideRouteNeeds, "hook" | "clock" | "showProblem">) {
  const tries = createWindowThrottle({ clock, limit: wrongSecrets })
  return new Elysia().post(
    outsidePaths.hook,
    async ({ request, params }) => {
      const { address = "" } = visitorOf(request)
      const retryAfter = Math.ceil(tries.wait(address) / 1_000)
      if (retryAfter > 0) return showProblem({ status: 429, code: "too-many", retryAfter }, request)
      if (await hook.ring(params.secret)) return new Response(null, { status: 204 })
      tries.count(address)
      return showProblem({ status: 404, code: "not-found" }, request)
    },
    raw,
  )
}
