import { CommandFailed } from "../platform/process/command.ts"

const longest = 400

/** What git or the outside host said, as one line for a person: without hints, and without credentials in addresses. */
export function wordsOf(failure: CommandFailed): string {
  if (failure.kind === "missing") return "git is not installed on this server"
  if (failure.kind === "timeout") return "no answer in time"
  if (failure.kind === "aborted") return "stopped"
  const lines = failure.stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(hint|warning):/.test(line))
  const said = lines.filter((line) => /^(fatal|error|ERROR|remote)\b/.test(line))
  const sentence = (said.length > 0 ? said : lines.slice(-1)).join(" · ")
  return withoutCredentials(sentence).slice(0, longest) || `git ended with code ${failure.code}`
}

const withoutCredentials = (text: string): string => text.replace(/(\w+:\/\/)[^\s/@]+@/g, "$1")
