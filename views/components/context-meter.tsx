import { agentWords } from "../../src/lib/i18n/agent.ts"
import { compactNumber } from "../../src/lib/time.ts"
import type { ContextView } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { Menu } from "./menu.tsx"
import { Time } from "./small.tsx"

interface ContextMeterProps {
  context: ContextView | undefined
  reader: Reader
}

/** How full the agent's memory is; opens to what fills it. Live: `<Replace target={targets.context}>`. */
export function ContextMeter({ context, reader }: ContextMeterProps) {
  if (context === undefined) return <span id={targets.context} class="context" hidden />
  const { locale } = reader
  const words = agentWords(locale)
  const count = (tokens: number) => compactNumber(tokens, locale)
  const { used, window, compactsAt = window } = context
  const share = window === 0 ? 0 : Math.min(100, Math.round((used / window) * 100))
  const face = (
    <>
      <meter
        min="0"
        max={window}
        high={Math.round(compactsAt * 0.8)}
        value={Math.min(used, window)}
        aria-hidden="true"
      />
      <span class="number">{`${share} %`}</span>
    </>
  )
  return (
    <span id={targets.context} class="context">
      <Menu id="context-card" class="button quiet" at="desk" label={words.contextUsed(share)} face={face}>
        <p class="menu-title">{words.contextOf(count(used), count(window))}</p>
        <dl class="sums">
          {context.parts.map((part) => (
            <div>
              <dt>{part.name}</dt>
              <dd class="number">{count(part.tokens)}</dd>
            </div>
          ))}
        </dl>
        {context.compactsAt !== undefined && <p class="hint">{words.compactsAt(count(context.compactsAt))}</p>}
        <p class="hint">
          <Time at={context.at} reader={reader} />
        </p>
      </Menu>
    </span>
  )
}
