import { CommandFailed } from "../platform/process/command.ts"

const longest = 400

/** Why a repository did not answer, as far as people do different things about it. */
export type Refusal =
  /** ssh meets this host for the first time, and nobody has confirmed its key. */
  | "host-unknown"
  /** The host shows another key, or a certificate that nobody vouches for: it may be somebody else. */
  | "host-changed"
  /** The host wants to know who asks, or knows and lets nobody in. */
  | "not-let-in"
  | "no-repository"
  | "unreachable"

const signs: readonly [Refusal, RegExp][] = [
  ["host-changed", /HOST IDENTIFICATION HAS CHANGED|certificate problem|certificate verif/i],
  ["host-unknown", /host key is known for|Host key verification failed/],
  [
    "not-let-in",
    /Permission denied|could not read (Username|Password)|Authentication failed|error: 403|Access denied/i,
  ],
  ["no-repository", /not appear to be a git repository|repository .*not found|repository not found|does not exist/i],
]

export function refusalOf({ stderr }: CommandFailed): Refusal {
  return signs.find(([, sign]) => sign.test(stderr))?.[0] ?? "unreachable"
}

/** What git, ssh or the outside host said, as one line for a person: without hints, and without credentials in addresses. */
export function wordsOf(failure: CommandFailed): string {
  if (failure.kind === "missing") return "git is not installed on this server"
  if (failure.kind === "timeout") return "no answer in time"
  if (failure.kind === "aborted") return "stopped"
  const lines = failure.stderr
    .split(/[\r\n]+/)
    // ssh puts its loudest warning into a box of `@`.
    .map((line) => line.replace(/^@+|@+$/g, "").trim())
    .filter((line) => line !== "" && !/^(hint|[Ww]arning):/.test(line))
  const said = lines.filter((line) => speaks.test(line))
  const telling = said.filter((line) => !/^fatal: Could not read from remote repository/.test(line))
  const chosen = [telling, said, lines.slice(-1)].find((some) => some.length > 0) ?? []
  const sentence = chosen.join(" · ")
  return withoutCredentials(sentence).slice(0, longest) || `git ended with code ${failure.code}`
}

const speaks =
  /^(fatal|error|ERROR|remote)\b|^ssh:|Permission denied|are too open|host key is known|IDENTIFICATION HAS CHANGED/

const withoutCredentials = (text: string): string => text.replace(/(\w+:\/\/)[^\s/@]+@/g, "$1")
