import { gatewayPort } from "../lib/git-address.ts"
import type { LoopId } from "../lib/ids.ts"
import type { SandboxSpec } from "./contract.ts"

/** Paths inside a sandbox, as published for skills and doctrine: they never change. */
export const inside = {
  workdir: (loop: LoopId) => `/loopat/loop/${loop}/workdir`,
  claudeState: (loop: LoopId) => `/loopat/loop/${loop}/.claude`,
  home: "/home/loopat",
  /** In memory. */
  vault: "/run/loopat-vault",
  context: (name: string) => `/loopat/context/${name}`,
  loops: "/loopat/loops",
  objects: (name: string) => `/opt/loopat/objects/${name}`,
  program: "/opt/loopat/bin/loopat",
  claude: "/opt/loopat/bin/claude",
  plugin: "/opt/loopat/plugins/loopat",
  sockets: "/run/loopat",
  managedSettings: "/etc/claude-code/managed-settings.json",
  hosts: "/etc/hosts",
  gitConfig: "/etc/gitconfig",
  toolConfig: "/opt/loopat-mise/config/config.toml",
} as const

/** What file operations name by a word. */
export const rootsInside = (loop: LoopId) => ({
  workdir: inside.workdir(loop),
  home: inside.home,
  "claude-state": inside.claudeState(loop),
  knowledge: inside.context("knowledge"),
  notes: inside.context("notes"),
  personal: inside.context("personal"),
  repos: inside.context("repos"),
})

/** The objects of a shared context, beside those of code repositories, of which none is called so. */
export const contextObjects = (name: string): string => inside.objects(`@${name}`)

const tools = "/opt/loopat-mise"

/** Where tools lie: outside of every home. */
export const toolEnvironment = {
  MISE_DATA_DIR: tools,
  MISE_CONFIG_DIR: `${tools}/config`,
  MISE_CACHE_DIR: `${tools}/cache`,
} as const

/** Where programs find the way out of a loop with an allow-list. Names are left to the proxy: inside there are none. */
const proxyAddress = "http://127.0.0.1:4181"

function proxyEnvironment(): Record<string, string> {
  const one = { HTTP_PROXY: proxyAddress, HTTPS_PROXY: proxyAddress, ALL_PROXY: "socks5h://127.0.0.1:4181" }
  const all = { ...one, NO_PROXY: "localhost,127.0.0.1,::1" }
  // Some programs read only the one spelling, some only the other.
  const small = Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])
  // ssh knows no proxy by itself.
  const ssh = { GIT_SSH_COMMAND: `ssh -o ProxyCommand='${inside.program} connect %h %p'` }
  return { ...all, ...ssh, ...Object.fromEntries(small), NODE_USE_ENV_PROXY: "1" }
}

/** What every program in a loop gets, terminal and agent alike. The key is worthless: the gateway holds the real one. */
export function loopEnvironment(loop: LoopId, network?: SandboxSpec["network"]): Record<string, string> {
  return {
    ...(network === "allow-list" && proxyEnvironment()),
    HOME: inside.home,
    USER: "loopat",
    LANG: "C.UTF-8",
    PATH: `${tools}/shims:/opt/loopat/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    CLAUDE_CONFIG_DIR: inside.claudeState(loop),
    LOOPAT_LOOP_ID: loop,
    LOOPAT_GATEWAY: `http://127.0.0.1:${gatewayPort}`,
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${gatewayPort}`,
    ANTHROPIC_API_KEY: "loopat",
    ...toolEnvironment,
  }
}

/** What a look into a resting loop gets: enough for git and a search, and no address of anything. */
export function inspectionEnvironment(loop: LoopId): Record<string, string> {
  const { HOME = "", USER = "", LANG = "", PATH = "" } = loopEnvironment(loop)
  return { HOME, USER, LANG, PATH, LOOPAT_LOOP_ID: loop }
}

/** Settings of the agent that nothing inside may change. The file's format is Claude Code's. */
export const managedSettings = `${JSON.stringify(
  {
    env: {
      ANTHROPIC_API_KEY: "loopat",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_ERROR_REPORTING: "1",
      DISABLE_TELEMETRY: "1",
    },
    autoMemoryEnabled: true,
    autoMemoryDirectory: inside.context("personal/memory"),
  },
  null,
  2,
)}\n`
