import { Elysia } from "elysia"
import { NetworkPage } from "../../views/pages/network.tsx"
import type { FrameView } from "../../views/props/frame.ts"
import type { NetworkView } from "../../views/props/network.ts"
import type { UserName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { networkWords } from "../lib/i18n/network.ts"
import { settingsWords } from "../lib/i18n/settings.ts"
import { paths, urls } from "../lib/urls.ts"
import { asAdmin } from "../platform/http/as-admin.ts"
import { formProblem, raw, readForm } from "../platform/http/form.ts"
import { htmlPage, redirectTo } from "../platform/http/html.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import { type SignedIn, userOf, visitorOf } from "../platform/http/visitor.ts"
import type { Settings, WorkspaceConfig } from "../settings/index.ts"
import { NetworkForm, type NetworkFlaws, readNetwork } from "./network-settings.ts"

export interface NetworkRouteNeeds {
  settings: Pick<Settings, "freshWorkspace" | "changeWorkspace">
  frame(request: Request, about: Pick<FrameView, "title" | "section">): FrameView
  showProblem: ShowProblem
  /** By the account as it stands now. */
  isAdmin(user: UserName): boolean
  /** Writes down who changed it; durable when it resolves. */
  note(user: SignedIn, action: string): Promise<void>
}

/** Where loops may go on the network, for administrators. */
export function networkRoutes(needs: NetworkRouteNeeds) {
  return new Elysia({ name: "network" })
    .get(paths.network, ({ request, query }) =>
      asAdmin(needs, request, async () => {
        const { network } = (await needs.settings.freshWorkspace()).sandbox
        return show(needs, request, { values: valuesOf(network), saved: query["saved"] !== undefined })
      }),
    )
    .post(
      paths.network,
      ({ request }) =>
        asAdmin(needs, request, async () => {
          const form = await readForm(request, NetworkForm)
          return form.kind === "valid"
            ? save(needs, request, form.value)
            : needs.showProblem(formProblem(form), request)
        }),
      raw,
    )
}

async function save({ settings, note, ...needs }: NetworkRouteNeeds, request: Request, form: NetworkForm) {
  const { locale } = visitorOf(request)
  const read = readNetwork(form)
  const values = { ...form, driversMayAllow: form.driversMayAllow === "yes" }
  if (read.kind === "flawed") return show(needs, request, { values, errors: sentences(read.flaws, locale) })
  const changed = await settings.changeWorkspace((config) => withNetwork(config, read.network))
  if (changed.kind === "unreadable")
    return show(needs, request, { values, errors: { form: settingsWords(locale).fileUnreadable(changed) } })
  await note(userOf(request), "settings.network")
  return redirectTo(urls.networkSaved, request)
}

type NetworkConfig = WorkspaceConfig["sandbox"]["network"]

const withNetwork = (config: WorkspaceConfig, network: Partial<NetworkConfig>): WorkspaceConfig => ({
  ...config,
  sandbox: { ...config.sandbox, network: { ...config.sandbox.network, ...network } },
})

const valuesOf = ({ mode, allowHosts, blockRanges, driversMayAllow }: NetworkConfig): NetworkView["values"] => ({
  mode,
  hosts: allowHosts.join("\n"),
  ranges: blockRanges.join("\n"),
  driversMayAllow,
})

function sentences({ mode, hosts, ranges }: NetworkFlaws, locale: Locale): NetworkView["errors"] {
  const words = networkWords(locale)
  const said = (flaw: NonNullable<typeof hosts>, line: (text: string) => string) =>
    flaw === "too-many" ? words.tooManyLines : line(flaw.line)
  return {
    ...(mode && { mode: words.modeUnknown }),
    ...(hosts && { hosts: said(hosts, words.hostLine) }),
    ...(ranges && { ranges: said(ranges, words.rangeLine) }),
  }
}

type Shown = Pick<NetworkView, "values"> & Partial<Pick<NetworkView, "errors">> & { saved?: boolean }

function show({ frame }: Pick<NetworkRouteNeeds, "frame">, request: Request, { values, errors = {}, saved }: Shown) {
  const words = networkWords(visitorOf(request).locale)
  const page: NetworkView = {
    ...frame(request, { title: words.networkTitle, section: "settings" }),
    ...{ values, errors },
    ...(saved === true && { notice: words.savedNetwork }),
  }
  return htmlPage(<NetworkPage page={page} />, { status: Object.keys(errors).length > 0 ? 422 : 200 })
}
