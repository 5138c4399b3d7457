import { commonWords } from "../../src/lib/i18n/common.ts"
import { freshnessWords } from "../../src/lib/i18n/freshness.ts"
import type { NewLoopView } from "../props/loops.ts"
import { Field } from "./form.tsx"
import { FoldLabel } from "./small.tsx"

const contexts = ["knowledge", "notes"] as const

/** From which version of each context a loop begins. */
export function FreshnessFields({ form }: { form: NewLoopView }) {
  const words = freshnessWords(form.reader.locale)
  const { freshness, errors } = form
  const asked = contexts.some((context) => isAsked(freshness[context]) || errors[context] !== undefined)
  return (
    <details class="fold" open={asked}>
      <FoldLabel>{words.advanced}</FoldLabel>
      <div class="stack fold-body">
        <p class="hint">{words.lead}</p>
        {contexts.map((context) => (
          <div class="columns">
            <Field name={`${context}Kind`} label={words[context]} errors={{}}>
              {(control) => (
                <select {...control}>
                  {(["latest", "cached", "version"] as const).map((kind) => (
                    <option value={kind} selected={freshness[context].kind === kind}>
                      {words[kind]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Version form={form} context={context} />
          </div>
        ))}
      </div>
    </details>
  )
}

function Version({ form, context }: { form: NewLoopView; context: (typeof contexts)[number] }) {
  const { locale } = form.reader
  const words = freshnessWords(locale)
  return (
    <Field
      name={context}
      label={words.versionOf(words[context])}
      optional={commonWords(locale).optional}
      errors={form.errors}
    >
      {(control) => (
        <input
          {...control}
          type="text"
          value={form.freshness[context].version}
          maxlength="200"
          autocomplete="off"
          spellcheck="false"
        />
      )}
    </Field>
  )
}

const isAsked = ({ kind, version }: NewLoopView["freshness"]["notes"]): boolean => kind !== "latest" || version !== ""
