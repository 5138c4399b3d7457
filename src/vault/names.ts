import type { EnvName } from "../lib/ids.ts"

const exact = [
  "PATH",
  "HOME",
  "USER",
  "SHELL",
  "NODE_OPTIONS",
  "BASH_ENV",
  "ENV",
  "PROMPT_COMMAND",
  "CLAUDE_CONFIG_DIR",
]
const beginnings = ["LD_", "GIT_CONFIG", "GIT_SSH", "ANTHROPIC_", "LOOPAT_", "MISE_"]

/** Names that steer programs or the agent itself, format description A9: no vault may set them in a sandbox. */
export const isReserved = (name: EnvName): boolean =>
  exact.includes(name) || beginnings.some((beginning) => name.startsWith(beginning))
