/** What a line of a transcript says to people. */
export interface Said {
  seq: number
  /** Milliseconds since the epoch. */
  at: number
  /** The person; undefined: the agent. */
  by?: string
  text: string
}

/** Of a command or a path that a tool was given; what is longer is a file's content. */
const longestInput = 2_000
const toldInputs = ["command", "description", "file_path", "path", "pattern", "query", "url", "prompt"] as const

/**
 * The words of a person or of the agent, with what it had its tools do. What tools answered and what the agent thought
 * is left out: nobody would look for it, and it is nine tenths of a transcript.
 */
export function saidIn(line: unknown): Said | undefined {
  if (!isObject(line) || typeof line["seq"] !== "number" || typeof line["at"] !== "string") return undefined
  const text = textOf(line)
  if (text === undefined || text === "") return undefined
  const by = line["kind"] === "agent" ? undefined : line["by"]
  return { seq: line["seq"], at: Date.parse(line["at"]), text, ...(typeof by === "string" && { by }) }
}

function textOf(line: Record<string, unknown>): string | undefined {
  switch (line["kind"]) {
    case "user-message":
    case "queue-changed":
      return typeof line["text"] === "string" ? line["text"] : undefined
    case "shell":
      return typeof line["command"] === "string" ? line["command"] : undefined
    case "agent":
      return isObject(line["message"]) && line["message"]["type"] === "assistant"
        ? blocksOf(line["message"]["message"])
        : undefined
    default:
      return undefined
  }
}

function blocksOf(message: unknown): string | undefined {
  if (!isObject(message) || !Array.isArray(message["content"])) return undefined
  const blocks: unknown[] = message["content"]
  return blocks.flatMap(wordsOfBlock).join("\n")
}

function wordsOfBlock(block: unknown): string[] {
  if (!isObject(block)) return []
  if (block["type"] === "text") return typeof block["text"] === "string" ? [block["text"]] : []
  const input = block["type"] === "tool_use" ? block["input"] : undefined
  if (!isObject(input)) return []
  return toldInputs.flatMap((name) => {
    const value = input[name]
    return typeof value === "string" && value.length <= longestInput ? [value] : []
  })
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null
