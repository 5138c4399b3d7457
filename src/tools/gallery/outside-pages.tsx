import { ContextRepositoriesPage } from "../../../views/pages/context-repositories.tsx"
import type { OutsidePageView } from "../../../views/props/outside.ts"
import { outsideWords } from "../../lib/i18n/outside.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { frame, minutes, type Setting } from "./samples.ts"

/** The contexts' homes outside, for administrators. */
export const outsideGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  "context-repositories": (setting) => <ContextRepositoriesPage page={page(setting)} />,
}

function page(setting: Setting): OutsidePageView {
  const words = outsideWords(setting.locale)
  const context = { errors: {}, mayConfirm: true, outcome: undefined, values: { address: "", credential: "" } }
  const address = "https://git.example.org/team/knowledge.git"
  const host = "git.example.org"
  const inStep = { state: "in-step" as const, sentence: words.inStep(host), at: minutes(2), retryUrl: "/context" }
  return {
    ...{ ...frame(setting), title: words.title, section: "settings", notice: words.tokenReplaced("deploy") },
    contexts: [
      {
        ...{ ...context, shelf: "knowledge", reviewsOutside: false },
        ...{ attached: { address, credential: "deploy" }, state: inStep },
      },
      {
        ...{ ...context, shelf: "notes", reviewsOutside: true, attached: undefined, state: undefined },
        errors: { form: words.reviewNeedsHome },
      },
    ],
    keys: [{ name: "deploy", kind: "token", uses: "knowledge", usedBy: ["Knowledge"] }],
    errors: { "deploy-token": words.tokenInvalid },
    ...{ keyForm: { name: "", errors: {} }, tokenForm: { name: "", errors: {} }, asksPassword: false },
  }
}
