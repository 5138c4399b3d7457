import { shellWord } from "../../lib/shell-word.ts"
import type { Call, Conversation } from "./conversation.ts"
import { call, excerpt, type Part, say, think, type Tool } from "./parts.ts"
import { type Words, wordsIn } from "./words.ts"

/** A script of tools in their order: what is said before the first, and what after the last. */
interface Scene {
  opening?: Part[]
  acts: Tool[]
  /** The calls of this scene, all of which went through. */
  ending(calls: Call[]): Part[]
  /** Instead of what is said of any other tool that failed. */
  refused?: (call: Call) => Part[] | undefined
}

/** The part of the scene that is due. It depends on nothing but the request, so the same request gets the same answer. */
function play(conversation: Conversation, { opening = [], acts, ending, refused }: Scene): Part[] {
  const words = wordsIn(conversation.language)
  const calls = withoutRetries(conversation.calls)
  const last = conversation.calls.at(-1)
  if (last && isUnread(last) && conversation.calls.filter(isUnread).length <= mostRetries)
    return [call("Read", { file_path: last.input.file_path })]
  if (last?.failed) return refused?.(last) ?? [say(words.failed(last.name, excerpt(last.result)))]
  const before = conversation.calls.length === 0 ? opening : []
  const missing = acts.find(({ name }) => !conversation.offers(name))
  if (missing) return [...before, say(words.notOffered(missing.name))]
  const act = acts[calls.length]
  return act ? [...before, act] : ending(calls)
}

/** The agent refuses to write over a file that it has not read: then it is read first, and the write comes again. */
const isUnread = ({ name, failed, result }: Call): boolean => name === "Write" && failed && /not been read/.test(result)

/** More than a scene has writes: then reading does not help, and the script must not go on forever. */
const mostRetries = 3

const withoutRetries = (calls: Call[]): Call[] =>
  calls.filter((one, index) => {
    const before = calls[index - 1]
    return !isUnread(one) && !(before && isUnread(before))
  })

const words = ({ language }: Conversation): Words => wordsIn(language)
const inFolder = ({ folder }: Conversation, file: string) =>
  folder && !file.startsWith("/") ? `${folder.replace(/\/$/, "")}/${file}` : file

export function greeting(conversation: Conversation): Part[] {
  const { greeting, again, hello, look, saw, menu } = words(conversation)
  return play(conversation, {
    opening: [say(conversation.first || isGreeting(conversation.words) ? greeting : again)],
    acts: [
      call("Write", { file_path: inFolder(conversation, "hello.md"), content: hello }),
      call("Bash", { command: "ls -la", description: look }),
    ],
    ending: ([, listing]) => [say(`${saw(conversation.folder, namesIn(listing?.result ?? ""))}\n\n${menu}`)],
  })
}

const isGreeting = (said: string) =>
  /^(?:hello|hi|hey|good (?:morning|day|evening)|你好|您好|大家好)(?![a-z])/i.test(said)

/** The names in what `ls -la` prints, folders with a slash. */
const namesIn = (listing: string): string[] =>
  listing.split("\n").flatMap((line) => {
    const [, type, name = ""] = /^([-dlbcps])[-rwxsStT]{9}\S?(?:\s+\S+){7}\s(.+)$/.exec(line) ?? []
    if (type === undefined || name === "." || name === "..") return []
    if (type === "d") return [`${name}/`]
    return [type === "l" ? name.replace(/ -> .*$/, "") : name]
  })

export function write(conversation: Conversation, file: string, text: string): Part[] {
  return play(conversation, {
    acts: [call("Write", { file_path: inFolder(conversation, file), content: `${text}\n` })],
    ending: () => [say(words(conversation).wrote(file))],
  })
}

export function read(conversation: Conversation, file: string): Part[] {
  return play(conversation, {
    acts: [call("Read", { file_path: inFolder(conversation, file) })],
    ending: ([one]) => [say(words(conversation).read(file, excerpt(withoutNumbers(one?.result ?? ""))))],
  })
}

/** The agent's Read puts a number and a tab or an arrow before each line. */
const withoutNumbers = (text: string) => text.replace(/^ *\d+[\t→]/gm, "").replace(/<system-reminder>[\s\S]*$/, "")

export function run(conversation: Conversation, command: string): Part[] {
  const { ran, ranBadly } = words(conversation)
  const shown = excerpt(command, 200)
  return play(conversation, {
    acts: [call("Bash", { command, description: `Run ${excerpt(command, 60)}` })],
    ending: ([one]) => [say(ran(shown, excerpt(one?.result ?? "")))],
    refused: ({ result }) => [say(ranBadly(shown, excerpt(result)))],
  })
}

export function ask(conversation: Conversation): Part[] {
  const { choice, chose } = words(conversation)
  const [question] = conversation.calls
  const label = answerIn(question?.result ?? "")
  const file = inFolder(conversation, "choice.md")
  return play(conversation, {
    acts: [
      call("AskUserQuestion", { questions: [{ ...choice.ask, multiSelect: false }] }),
      call("Write", { file_path: file, content: `${choice.texts[label] ?? label}\n` }),
    ],
    ending: () => [say(chose(label))],
  })
}

/** The agent tells the answer as `"question"="label"`. */
const answerIn = (result: string): string => /"="([\s\S]*?)"[.,\s]/.exec(`${result} `)?.[1] ?? excerpt(result, 200)

export function plan(conversation: Conversation): Part[] {
  const { plan: text, planThought, planNote, planned, planFile, notPlanned, reading } = words(conversation)
  const file = inFolder(conversation, planFile)
  const enters =
    conversation.calls[0]?.name === "EnterPlanMode" ||
    (conversation.calls.length === 0 && !conversation.plan.on && conversation.offers("EnterPlanMode"))
  return play(conversation, {
    opening: [think(planThought)],
    acts: [
      ...(enters ? [call("EnterPlanMode", {})] : []),
      ...(conversation.plan.file ? [call("Write", { file_path: conversation.plan.file, content: text })] : []),
      call("ExitPlanMode", { plan: text }),
      call("Write", { file_path: file, content: planNote }),
      call("Bash", { command: `cat -- ${shellWord(file)}`, description: reading }),
    ],
    ending: (calls) => [say(planned(excerpt(calls.at(-1)?.result ?? "")))],
    refused: ({ name }) => (name === "ExitPlanMode" ? [say(notPlanned)] : undefined),
  })
}

/** Where the team's curated documents are, inside a sandbox. */
const knowledge = "/loopat/context/knowledge"

/** With the agent's own search where it has one, else with `grep`. */
export function search(conversation: Conversation, word: string): Part[] {
  const { searched, searching } = words(conversation)
  const pattern = word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
  const grep = `grep -rnIF --exclude-dir=.git -m 5 -e ${shellWord(word)} -- . ${knowledge} 2>/dev/null | head -n 40`
  const folder = conversation.folder ?? "."
  const acts = conversation.offers("Grep")
    ? [knowledge, folder].map((path) => call("Grep", { pattern, path, output_mode: "content" }))
    : [call("Bash", { command: grep, description: searching })]
  return play(conversation, {
    acts,
    ending: (calls) => [say(searched(word, excerpt(found(calls))))],
  })
}

const nothing = /^(?:No (?:matches|files) found|\(Bash completed with no output\))\s*$/
const found = (calls: Call[]) =>
  calls
    .map(({ result }) => result.trim())
    .filter((text) => !nothing.test(text))
    .join("\n")

export function remember(conversation: Conversation, text: string): Part[] {
  const folder = conversation.memory ?? "/loopat/context/personal/memory/"
  const name = `demo-${nameFor(text)}`
  const short = excerpt(text.replace(/\s+/g, " "), 80)
  const note = `---\nname: ${name}\ndescription: ${JSON.stringify(short)}\nmetadata:\n  type: user\n---\n\n${text}\n`
  const line = shellWord(`- [${short.replace(/[[\]]/g, "")}](${name}.md) — ${short}`)
  const index = shellWord(`${folder}MEMORY.md`)
  const { indexing, remembered } = words(conversation)
  return play(conversation, {
    acts: [
      call("Write", { file_path: `${folder}${name}.md`, content: note }),
      call("Bash", {
        command: `grep -qsxF -e ${line} ${index} || printf '%s\\n' ${line} >> ${index}`,
        description: indexing,
      }),
    ],
    ending: () => [say(remembered(short))],
  })
}

/** The same text gets the same name, in any script. */
function nameFor(text: string): string {
  let sum = 0
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 0xffffffff
  return sum.toString(36)
}

export function background(conversation: Conversation): Part[] {
  const { started, startedWhat } = words(conversation)
  const command = "for i in 1 2 3 4; do sleep 5; echo $i; done"
  return play(conversation, {
    acts: [call("Bash", { command, description: startedWhat, run_in_background: true })],
    ending: () => [say(started)],
  })
}
