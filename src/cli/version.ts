import agent from "../../node_modules/@anthropic-ai/claude-agent-sdk/manifest.json" with { type: "json" }
import sdk from "../../node_modules/@anthropic-ai/claude-agent-sdk/package.json" with { type: "json" }

// The SDK's package does not export these two files by name.
declare const LOOPAT_VERSION: string | undefined
declare const LOOPAT_COMMIT: string | undefined

/** What this program was built as; in the sources there is no build to name. */
export const build = {
  version: typeof LOOPAT_VERSION === "string" ? LOOPAT_VERSION : "0.0.0-sources",
  commit: typeof LOOPAT_COMMIT === "string" ? LOOPAT_COMMIT : "sources",
  /** Version of every file below the home that carries one. */
  schema: 1,
  agent: agent.version,
  agentSdk: sdk.version,
  runtime: Bun.version,
}

/** `loopat version [--json]` */
export function printVersion(args: string[]): string {
  if (args.includes("--json")) return JSON.stringify(build)
  return `loopat ${build.version} (${build.commit})\nagent ${build.agent}, agent SDK ${build.agentSdk}, runtime ${build.runtime}`
}
