/** What a person wants to be run, where a message begins with an exclamation mark. */
export function commandIn(message: string): string | undefined {
  const text = message.trimStart()
  return text.startsWith("!") ? text.slice(1).trim() : undefined
}
