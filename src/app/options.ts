import { isIP } from "node:net"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"

/** What a server is started with: flag beats environment beats default. `config.json` is read later, from `home`. */
export interface ServeOptions {
  home: string
  host: string
  port: number
  publicUrl?: URL
  tls?: { cert: string; key: string }
  /** Addresses and CIDR ranges whose forwarded headers count. */
  trustedProxies: string[]
  /** Where previews are served. Without a domain they are off; `publicPort` is what browsers say behind it. */
  preview: { host: string; port: number; domain?: string; publicPort?: number }
  allowHttp: boolean
  /** Whether sandboxes outlive this process. */
  keep: boolean
  log: "json" | "text"
  verbose: boolean
  podman: string
  claude?: string
  sandboxImage?: string
  agentIdleMs?: number
  containerIdleMs?: number
}

export type Parsed = { kind: "options"; options: ServeOptions; warnings: string[] } | { kind: "usage"; problem: string }

type Environment = Readonly<Record<string, string | undefined>>

const flagTypes = {
  home: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  "public-url": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "behind-proxy": { type: "string" },
  "preview-domain": { type: "string" },
  "preview-host": { type: "string" },
  "preview-port": { type: "string" },
  "allow-http": { type: "boolean" },
  keep: { type: "boolean" },
  "no-keep": { type: "boolean" },
  log: { type: "string" },
  verbose: { type: "boolean" },
} as const

const knownVariables = [
  "LOOPAT_HOME",
  "LOOPAT_PUBLIC_URL",
  "LOOPAT_TLS_CERT",
  "LOOPAT_TLS_KEY",
  "LOOPAT_BEHIND_PROXY",
  "LOOPAT_PREVIEW_DOMAIN",
  "LOOPAT_SERVE_HOST",
  "LOOPAT_SERVE_PORT",
  "LOOPAT_ALLOW_HTTP",
  "LOOPAT_LOG",
  "LOOPAT_VERBOSE",
  "LOOPAT_PODMAN_BIN",
  "LOOPAT_CLAUDE_BIN",
  "LOOPAT_SANDBOX_IMAGE",
  "LOOPAT_SESSION_IDLE_MS",
  "LOOPAT_CONTAINER_IDLE_MS",
  "LOOPAT_METRICS_TOKEN",
]

/** A wrong value stops the start; an unknown variable of ours is only a warning. */
export function parseServeOptions(args: string[], env: Environment, terminal: boolean): Parsed {
  try {
    const flags = parseArgs({ args, options: flagTypes, strict: true, allowPositionals: false }).values
    const options = combine(flags, env, terminal)
    const problem = exposureProblem(options)
    return problem ? { kind: "usage", problem } : { kind: "options", options, warnings: unknownVariables(env) }
  } catch (error) {
    return { kind: "usage", problem: error instanceof Error ? error.message : String(error) }
  }
}

type Flags = { [K in keyof typeof flagTypes]?: string | boolean }
type Text = (flag: keyof Flags, variable: string) => string | undefined

function combine(flags: Flags, env: Environment, terminal: boolean): ServeOptions {
  const text: Text = (flag, variable) => {
    const value = flags[flag]
    return typeof value === "string" ? value : env[variable] || undefined
  }
  const on = (flag: keyof Flags, variable: string) => flags[flag] === true || isOn(variable, env[variable])
  const own = listener(text, env)
  return {
    ...own,
    preview: previews(text, own),
    trustedProxies: proxies(text("behind-proxy", "LOOPAT_BEHIND_PROXY")),
    allowHttp: on("allow-http", "LOOPAT_ALLOW_HTTP"),
    keep: flags["no-keep"] !== true && (flags.keep === true || !terminal),
    log: logFormat(text("log", "LOOPAT_LOG") ?? (terminal ? "text" : "json")),
    verbose: on("verbose", "LOOPAT_VERBOSE"),
    ...programs(env),
    ...idleTimes(env),
  }
}

function listener(text: Text, env: Environment): Pick<ServeOptions, "home" | "host" | "port" | "publicUrl" | "tls"> {
  const [cert, key] = [text("tls-cert", "LOOPAT_TLS_CERT"), text("tls-key", "LOOPAT_TLS_KEY")]
  if (!cert !== !key) throw new Error("--tls-cert and --tls-key go together")
  const publicUrl = text("public-url", "LOOPAT_PUBLIC_URL")
  return {
    home: resolve(text("home", "LOOPAT_HOME") ?? join(env.HOME ?? "/", ".loopat")),
    host: text("host", "HOST") ?? "127.0.0.1",
    port: port(text("port", "PORT") ?? "10001"),
    ...(publicUrl && { publicUrl: webAddress(publicUrl) }),
    ...(cert && key && { tls: { cert, key } }),
  }
}

/** Browsers lead every name below `localhost` to their own machine: without a word that is enough where nobody else comes. */
function previews(text: Text, { host, publicUrl }: Pick<ServeOptions, "host" | "publicUrl">): ServeOptions["preview"] {
  const isLocal = isLoopback(host) && (publicUrl === undefined || isLoopback(publicUrl.hostname))
  const given = text("preview-domain", "LOOPAT_PREVIEW_DOMAIN") ?? (isLocal ? "localhost" : "off")
  return {
    host: text("preview-host", "LOOPAT_SERVE_HOST") ?? "127.0.0.1",
    port: port(text("preview-port", "LOOPAT_SERVE_PORT") ?? "7788", "--preview-port"),
    ...(given !== "off" && previewDomain(given)),
  }
}

function previewDomain(text: string): { domain: string; publicPort?: number } {
  const [domain = "", publicPort, ...more] = text.toLowerCase().split(":")
  const isLabel = (label: string) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)
  if (domain.length > 180 || !domain.split(".").every(isLabel) || /^[\d.]+$/.test(domain) || more.length > 0) {
    throw new Error(`--preview-domain ${text}: a domain such as previews.example.org, or off`)
  }
  return { domain, ...(publicPort !== undefined && { publicPort: port(publicPort, "--preview-domain") }) }
}

function programs(env: Environment): Pick<ServeOptions, "podman" | "claude" | "sandboxImage"> {
  return {
    podman: env.LOOPAT_PODMAN_BIN || "podman",
    ...(env.LOOPAT_CLAUDE_BIN && { claude: resolve(env.LOOPAT_CLAUDE_BIN) }),
    ...(env.LOOPAT_SANDBOX_IMAGE && { sandboxImage: env.LOOPAT_SANDBOX_IMAGE }),
  }
}

function idleTimes(env: Environment): Pick<ServeOptions, "agentIdleMs" | "containerIdleMs"> {
  const agentIdleMs = milliseconds("LOOPAT_SESSION_IDLE_MS", env)
  const containerIdleMs = milliseconds("LOOPAT_CONTAINER_IDLE_MS", env)
  return {
    ...(agentIdleMs !== undefined && { agentIdleMs }),
    ...(containerIdleMs !== undefined && { containerIdleMs }),
  }
}

/** A listener others can reach needs TLS, a declared proxy, or somebody's explicit word. */
function exposureProblem({ host, preview, tls, trustedProxies, allowHttp }: ServeOptions): string | undefined {
  const exposed = [!isLoopback(host) && `--host ${host}`, !isLoopback(preview.host) && `--preview-host ${preview.host}`]
  const [which] = exposed.filter((one) => one !== false)
  if (which === undefined || tls || trustedProxies.length > 0 || allowHttp) return undefined
  return `${which} can be reached from other machines without encryption. Add --tls-cert and --tls-key, or --behind-proxy ADDRESS for a proxy that does TLS, or --allow-http if you accept the risk.`
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || (isIP(host) === 4 && host.startsWith("127."))

function port(text: string, flag = "--port"): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new Error(`${flag} ${text}: a port is a number from 0 to 65535`)
  return value
}

function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.username) {
    throw new Error(`--public-url ${text}: an address such as https://loopat.example.org, without path`)
  }
  return url
}

function proxies(text: string | undefined): string[] {
  const entries = (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean)
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/")
    const widest = isIP(address) === 4 ? 32 : 128
    const valid = isIP(address) !== 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= widest))
    if (!valid) throw new Error(`--behind-proxy ${entry}: an address or range such as 10.0.0.0/8`)
  }
  return entries
}

function logFormat(text: string): "json" | "text" {
  if (text === "json" || text === "text") return text
  throw new Error(`--log ${text}: json or text`)
}

function isOn(name: string, value: string | undefined): boolean {
  if (value === undefined || value === "" || value === "0" || value === "false") return false
  if (value === "1" || value === "true") return true
  throw new Error(`${name}=${value}: 1 or 0`)
}

function milliseconds(variable: string, env: Environment): number | undefined {
  const text = env[variable]
  if (!text) return undefined
  if (!/^\d{1,12}$/.test(text)) throw new Error(`${variable}=${text}: a number of milliseconds`)
  return Number(text)
}

function unknownVariables(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("LOOPAT_") && !knownVariables.includes(name))
    .map((name) => `${name} is not a setting${near(name)}`)
}

function near(name: string): string {
  const close = knownVariables.find((known) => known.slice(0, 10) === name.slice(0, 10))
  return close ? `; did you mean ${close}?` : ""
}
