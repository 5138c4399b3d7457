import { area } from "./area.ts"

/** What became of a text that collided with another and is held for its author. */
export const heldWords = area(
  {
    there: "All that you changed is in the document by now. Your text stays here until you throw it away.",
    joined: (loop: string) =>
      `The loop “${loop}” has joined it with the document. Look at what came of it, then throw your text away.`,
    proposed: (loop: string) =>
      `The loop “${loop}” proposes a document with both. It waits for a review; your text stays here meanwhile.`,
    look: "Look at it",
  },
  {
    there: "你所做的更改现已全部在文档中。你的文本会一直保留在这里，直到你将其丢弃。",
    joined: (loop: string) => `Loop“${loop}”已将其合入文档。请查看结果，然后丢弃你的文本。`,
    proposed: (loop: string) => `Loop“${loop}”提议了包含双方内容的文档，正在等待审阅。在此期间，你的文本会保留在这里。`,
    look: "查看",
  },
)
