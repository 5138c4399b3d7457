/** A value that looks as if nobody else should read it. The value itself stays where it was found. */
export interface Finding {
  path: string
  /** Counted from 1. */
  line: number
  /** `stored`: a value of somebody's vault or a key of the workspace. Else what it looks like. */
  what: "stored" | Shape
}

export type Shape =
  "aws" | "anthropic" | "openai" | "github" | "gitlab" | "google" | "slack" | "npm" | "loopat" | "private-key"

const shapes: readonly [Shape, RegExp][] = [
  ["aws", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["anthropic", /\bsk-ant-[A-Za-z0-9_-]{20,200}/],
  ["openai", /\bsk-(?!ant-)(?:proj-)?[A-Za-z0-9_-]{32,200}/],
  ["github", /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,100})/],
  ["gitlab", /\bglpat-[A-Za-z0-9_-]{20}/],
  ["google", /\bAIza[0-9A-Za-z_-]{35}/],
  ["slack", /\bxox[abprs]-[0-9A-Za-z-]{10,200}/],
  ["npm", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["loopat", /\bla_[0-9a-f]{48}\b/],
  ["private-key", /-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----/],
]

/** Characters of a line that are looked at. */
const longestLine = 4_096
/** Findings of one file; more say nothing more. */
const most = 20

/** Lines that one version of a file has and the earlier one had not. */
export function scanText(file: { path: string; before: string; after: string }, known: readonly string[]): Finding[] {
  const old = new Set(file.before.split("\n"))
  const findings: Finding[] = []
  for (const [index, line] of file.after.split("\n").entries()) {
    if (old.has(line)) continue
    const what = looksLike(line, known)
    if (what) findings.push({ path: file.path, line: index + 1, what })
    if (findings.length === most) break
  }
  return findings
}

function looksLike(line: string, known: readonly string[]): Finding["what"] | undefined {
  if (known.some((value) => line.includes(value))) return "stored"
  return shapeIn(line)
}

/** What the beginning of a line looks like. */
export function shapeIn(line: string): Shape | undefined {
  const start = line.slice(0, longestLine)
  return shapes.find(([, shape]) => shape.test(start))?.[0]
}

/** Whether a file of this name usually holds what nobody else should read. */
export function isSecretName(path: string): boolean {
  const [name = "", folder = ""] = path.toLowerCase().split("/").toReversed()
  if (/\.(?:example|sample|template|dist|pub)$/.test(name)) return false
  return secretNames.test(name) || secretPlaces.has(`${folder}/${name}`)
}

const secretNames = new RegExp(
  `^(?:${[
    /\.env(?:\..+)?|.+\.env|\.envrc/,
    /id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?/,
    /.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)/,
    /[._]netrc|\.pgpass|\.my\.cnf|\.htpasswd|\.git-credentials|\.pypirc|\.vault-token|\.dockercfg/,
    /credentials(?:\.json)?|secrets?\.(?:json|ya?ml|toml|ini)|service[-_]account.*\.json|kubeconfig/,
    /.+\.tfstate(?:\.backup)?/,
  ]
    .map(({ source }) => source)
    .join("|")})$`,
)
const secretPlaces = new Set([".docker/config.json", ".kube/config", "gh/hosts.yml"])
