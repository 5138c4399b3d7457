import { Elysia } from "elysia"
import type { DocumentView, FrameView } from "../../views/props/frame.ts"
import { parseVaultName, type UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, type Visitor, visitorOf } from "../platform/http/visitor.ts"
import type { Secret } from "../platform/secret.ts"
import type { Settings } from "../settings/index.ts"
import type { Vault } from "../vault/index.ts"
import type { Lookup } from "./address.ts"
import { createChoose, toPick } from "./choose.ts"
import { type Connect, createConnect, hostLookup } from "./connect.ts"
import { resolveKey } from "./key.ts"
import { createProviderKeys } from "./provider-keys.ts"
import { providerRoutes } from "./provider-routes.tsx"
import { testProvider } from "./provider-test.ts"
import { createProviders } from "./providers.ts"
import { chooseProvider } from "./set-up.ts"
import { setUpProviderRoutes } from "./set-up-routes.tsx"

export interface ProviderPageNeeds {
  settings: Settings
  vault: Vault
  clock: Clock
  /** A key the server was started with: offered to admins at set-up, never used by itself. */
  environmentKey?: Secret
  /** Writes down who did what; durable when it resolves. */
  audit(deed: ProviderDeed): Promise<void>
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  document(visitor: Visitor, title: string): DocumentView
  showProblem: ShowProblem
  ca?: string
  connect?: Connect
  lookup?: Lookup
}

export interface ProviderDeed {
  actor: string
  via: "web"
  login: string
  ip?: string
  action: string
  object: string
  outcome: "ok"
}

export interface NextModel {
  provider: string
  model: string
  demo: boolean
}

/** What a person's next loop would think with, if nobody chooses for it. */
export async function nextModel(
  needs: Pick<ProviderPageNeeds, "settings" | "vault">,
  user: UserName,
): Promise<NextModel | undefined> {
  const picked = toPick(await nextTarget(needs, user), needs.settings)
  return picked.kind === "usable" ? { provider: picked.provider, model: picked.model, demo: picked.demo } : undefined
}

async function nextTarget({ settings, vault }: Pick<ProviderPageNeeds, "settings" | "vault">, user: UserName) {
  return createChoose(settings, vault)({ driver: user, vault: await usualVault(settings, user) })
}

async function usualVault(settings: Settings, user: UserName) {
  const personal = await settings.personal(user)
  const wanted = personal.kind === "read" ? parseVaultName(personal.value.default_vault) : undefined
  const name = wanted ?? parseVaultName("default")
  if (!name) throw new Error("default is a vault's name")
  return name
}

/** The provider pages and the second step of the first run. */
export function createProviderPages(needs: ProviderPageNeeds) {
  const { settings, vault, clock, environmentKey, frame, document, showProblem } = needs
  const asking = {
    clock,
    connect: needs.connect ?? createConnect({ ca: needs.ca }),
    lookup: needs.lookup ?? hostLookup,
    providerHosts: () => settings.workspace().providerHosts,
  }
  const keys = createProviderKeys(settings, vault)
  const providersOf = (request: Request) =>
    createProviders({
      settings,
      keys,
      lookup: asking.lookup,
      next: (user) => nextTarget(needs, user),
      audit: auditOf(needs, request),
    })
  return new Elysia({ name: "provider-pages" })
    .use(
      providerRoutes({
        providersOf,
        presets: settings.presets,
        frame,
        showProblem,
        async test(request, provider) {
          const user = userOf(request).name
          const resolved = await resolveKey(provider, { user, vault: await usualVault(settings, user) }, vault)
          return testProvider(asking, provider, resolved.kind === "key" ? resolved.key : undefined)
        },
      }),
    )
    .use(
      setUpProviderRoutes({
        choose: (request, choice) =>
          chooseProvider({ ...asking, providers: providersOf(request), environmentKey }, userOf(request), choice),
        environmentKey,
        document,
        showProblem,
      }),
    )
}

const auditOf = (needs: ProviderPageNeeds, request: Request) => (user: SignedIn, action: string, object: string) =>
  needs.audit({
    actor: user.name,
    via: "web",
    login: user.login,
    ip: visitorOf(request).address,
    action,
    object,
    outcome: "ok",
  })
