import type { Language } from "./conversation.ts"
import chinese from "./long.zh.md" with { type: "text" }
import english from "./long.en.md" with { type: "text" }

/** About two thousand words with every kind of block that an answer can hold. */
export const longText = (language: Language): string => (language === "zh" ? chinese : english)
