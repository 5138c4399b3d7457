import { commonWords } from "../../src/lib/i18n/common.ts"
import { loopWords } from "../../src/lib/i18n/loops.ts"
import type { Reader } from "../props/reader.ts"

interface ModelWordsProps {
  model?: { provider: string; model: string; demo: boolean } | undefined
  reader: Reader
}

/** Provider and model; the built-in script is named as what it is, wherever a model is named. */
export function ModelWords({ model, reader }: ModelWordsProps) {
  if (model === undefined) return <>{loopWords(reader.locale).noModel}</>
  if (model.demo) return <span class="tag">{commonWords(reader.locale).demoBadge}</span>
  return <>{loopWords(reader.locale).modelLine(model.provider, model.model)}</>
}
