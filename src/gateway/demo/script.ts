import { longText } from "./long.ts"
import { type Conversation, readConversation } from "./conversation.ts"
import { answerDirectives, refusal } from "./directives.ts"
import { type Part, say } from "./parts.ts"
import type { MessagesRequest } from "./request.ts"
import * as scenes from "./scenes.ts"
import { shortAnswer } from "./short-answers.ts"
import { wordsIn } from "./words.ts"

/** What the demo answers to a request: decided by the person's last words and by what happened since. */
export function answer(request: MessagesRequest): Part[] {
  const conversation = readConversation(request)
  const short = shortAnswer(request, conversation)
  if (short !== undefined) return [say(short)]
  if (conversation.notice !== undefined) return [say(wordsIn(conversation.language).ended(conversation.notice))]
  return answerDirectives(conversation) ?? answerWords(conversation)
}

function answerWords(conversation: Conversation): Part[] {
  for (const { said, then } of script) {
    const [, ...rest] = said.exec(conversation.words) ?? []
    if (rest.length > 0) return then(conversation, ...rest.map((text = "") => text.trim()))
  }
  return scenes.greeting(conversation)
}

interface Line {
  /** The groups are handed on; a line without any has an empty one. */
  said: RegExp
  then(conversation: Conversation, first?: string, second?: string): Part[]
}

const script: Line[] = [
  {
    said: /^(?:write|写入)\s+([^:：\n]+?)\s*[:：]([\s\S]+)$/i,
    then: (c, file = "", text = "") => scenes.write(c, file, text),
  },
  { said: /^(?:read|读取)\s+(\S[^\n]*)$/i, then: (c, file = "") => scenes.read(c, file) },
  { said: /^(?:run|运行)\s+(\S[\s\S]*)$/i, then: (c, command = "") => scenes.run(c, command) },
  { said: /^(?:ask me|问我)[.!?。！？]?()$/i, then: (c) => scenes.ask(c) },
  { said: /^(?:plan|计划)[.!。！]?()$/i, then: (c) => scenes.plan(c) },
  { said: /^(?:search|搜索)\s+(\S[^\n]*)$/i, then: (c, word = "") => scenes.search(c, word) },
  { said: /^(?:remember|记住)\s+(\S[\s\S]*)$/i, then: (c, text = "") => scenes.remember(c, text) },
  { said: /^(?:background|后台)[.!。！]?()$/i, then: (c) => scenes.background(c) },
  { said: /^(?:long|长文)[.!。！]?()$/i, then: (c) => [say(longText(c.language))] },
  { said: /^(?:slow|慢)[.!。！]?()$/i, then: (c) => slowly(c) },
  { said: /^fail\s+(\d{1,9})$/i, then: (_, status = "") => [refusal(Number(status))] },
  { said: /^cut[.!]?()$/i, then: (c) => [say(wordsIn(c.language).broken), { kind: "break" }] },
]

/** Thirty seconds, a number each. */
const slowly = ({ language }: Conversation): Part[] => [
  say(wordsIn(language).slowly),
  {
    kind: "slow",
    pieces: Array.from({ length: 300 }, (_, index) => (index % 10 === 0 ? `${index / 10 + 1} ` : "· ")),
    everyMs: 100,
  },
]
