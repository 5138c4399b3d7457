import { accountWords } from "../../src/lib/i18n/accounts.ts"
import type { Reader } from "../props/reader.ts"

const order = ["account", "provider", "loop"] as const

export function SetUpSteps({ at, reader }: { at: (typeof order)[number]; reader: Reader }) {
  const words = accountWords(reader.locale)
  const names = { account: words.stepAccount, provider: words.stepProvider, loop: words.stepLoop }
  return (
    <ol class="set-up-steps" aria-label={words.steps}>
      {order.map((step) => (
        <li
          class={[order.indexOf(step) < order.indexOf(at) && "is-done"]}
          aria-current={step === at ? "step" : undefined}
        >
          {names[step]}
        </li>
      ))}
    </ol>
  )
}
