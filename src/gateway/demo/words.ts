import type { Language } from "./conversation.ts"
import { english } from "./words.en.ts"
import { chinese } from "./words.zh.ts"

/** What the script says. It is a model's text, not the pages': it stands in the conversation and follows its language. */
export interface Words {
  greeting: string
  /** The same for words that are not the first and that no script knows. */
  again: string
  hello: string
  saw(folder: string | undefined, names: string[]): string
  /** What to type next. */
  menu: string
  wrote(file: string): string
  read(file: string, text: string): string
  ran(command: string, output: string): string
  ranBadly(command: string, output: string): string
  look: string
  reading: string
  searching: string
  indexing: string
  choice: {
    ask: { question: string; header: string; options: { label: string; description: string }[] }
    /** What is written for each label; for words of the person's own, those words. */
    texts: Record<string, string>
  }
  chose(label: string): string
  planThought: string
  planFile: string
  plan: string
  planNote: string
  planned(text: string): string
  notPlanned: string
  searched(word: string, found: string): string
  remembered(text: string): string
  started: string
  startedWhat: string
  ended(summary: string): string
  slowly: string
  broken: string
  failed(tool: string, why: string): string
  notOffered(tool: string): string
  title: string
  summary: string
}

export const wordsIn = (language: Language): Words => (language === "zh" ? chinese : english)
