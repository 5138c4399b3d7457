/** What a push wants of one ref. `from` and `to` are absent where there is nothing before or after. */
export interface PushedCommand {
  ref: string
  from?: string
  to?: string
}

export type PushedList =
  | { kind: "parsed"; commands: PushedCommand[]; capabilities: ReadonlySet<string> }
  | { kind: "malformed" }
  /** A clone without its whole history offers commits whose parents nobody can look at. */
  | { kind: "shallow" }

const mostCommands = 100
const nothing = /^0+$/
const line = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S[^\0\n]*)$/

/** The list of commands with which a push begins (gitprotocol-pack(5)), each line as it came. */
export function parsePushed(lines: readonly Uint8Array[]): PushedList {
  const [first = "", ...others] = lines.map((one) => Buffer.from(one).toString("utf8").replace(/\n$/, ""))
  const [command = "", ...said] = first.split("\0")
  const texts = [command, ...others]
  if (texts.some((text) => text.startsWith("shallow "))) return { kind: "shallow" }
  const commands = texts.flatMap((text) => parseCommand(text) ?? [])
  const isTwice = new Set(commands.map(({ ref }) => ref)).size < texts.length
  if (isTwice || texts.length > mostCommands) return { kind: "malformed" }
  return { kind: "parsed", commands, capabilities: new Set(said.join(" ").split(" ")) }
}

function parseCommand(text: string): PushedCommand | undefined {
  const [, from = "", to = "", ref = ""] = line.exec(text) ?? []
  if (ref === "" || ref.includes("\ufffd")) return undefined
  return { ref, ...(!nothing.test(from) && { from }), ...(!nothing.test(to) && { to }) }
}
