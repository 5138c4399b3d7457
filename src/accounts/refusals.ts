import type { Background } from "../platform/background.ts"
import { networkOf } from "../platform/http/address.ts"
import { visitorIfKnown } from "../platform/http/visitor.ts"
import type { Audit } from "./audit.ts"

/** A request that was answered with "who are you" or "you may not". */
interface RefusedRequest {
  status: number
  /** The route's pattern; of a stranger's request only what he typed is known. */
  route: string
}

export interface RefusalNeeds {
  audit: Pick<Audit, "write">
  background: Background
}

const remembered = 10_000

/**
 * Notes refusals in the audit. Many make few lines: each person's first on a route and each network's first as a
 * stranger, and then whenever their number has doubled. A refusal changes nothing, so its answer does not wait for the line.
 */
export function createRefusals({ audit, background }: RefusalNeeds) {
  const counts = new Map<string, number>()
  return (request: Request, { status, route }: RefusedRequest): void => {
    const { user, address = "" } = visitorIfKnown(request) ?? {}
    const key = user ? `${user.name} ${request.method} ${route}` : `network ${networkOf(address)}`
    if (counts.size >= remembered) counts.clear()
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if ((count & (count - 1)) !== 0) return
    background.run("note a refusal", () =>
      audit.write({
        ...{ actor: user?.name ?? "", via: "web", login: user?.login, ip: address },
        ...{ action: "refused", object: `${request.method} ${route}`.slice(0, 200), outcome: "refused" },
        why: `${status}, ${count} so far`,
      }),
    )
  }
}
