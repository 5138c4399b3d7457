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
  if (lines.length > mostCommands) return { kind: "malformed" }
  const [first = "", ...others] = lines.map((one) => Buffer.from(one).toString("utf8").replace(/\n$/, ""))
  const split = first.indexOf("\0")
  const texts = [split < 0 ? first : first.slice(0, split), ...others]
  if (texts.some((text) => text.startsWith("shallow "))) return { kind: "shallow" }
  const commands: PushedCommand[] = []
  for (const text of texts) {
    const [, from = "", to = "", ref = ""] = line.exec(text) ?? []
    if (ref === "" || ref.includes("\ufffd")) return { kind: "malformed" }
    commands.push({ ref, ...(!nothing.test(from) && { from }), ...(!nothing.test(to) && { to }) })
  }
  const capabilities = new Set(split < 0 ? [] : first.slice(split + 1).split(" "))
  const isTwice = new Set(commands.map(({ ref }) => ref)).size < commands.length
  return isTwice ? { kind: "malformed" } : { kind: "parsed", commands, capabilities }
}
