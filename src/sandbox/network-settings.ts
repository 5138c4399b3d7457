import { z } from "zod"
import { parseAddressRange } from "../lib/address-range.ts"
import type { WorkspaceConfig } from "../settings/index.ts"
import { hostRuleText } from "./outbound/rules.ts"

type NetworkConfig = WorkspaceConfig["sandbox"]["network"]

export const NetworkForm = z.object({
  mode: z.string().default(""),
  hosts: z.string().default(""),
  ranges: z.string().default(""),
  driversMayAllow: z.string().optional(),
})
export type NetworkForm = z.infer<typeof NetworkForm>

/** What is wrong with a field: the first line that cannot be used, or a code. */
export interface NetworkFlaws {
  mode?: "unknown"
  hosts?: { line: string } | "too-many"
  ranges?: { line: string } | "too-many"
}

export type ReadNetwork =
  | { kind: "read"; network: Pick<NetworkConfig, "mode" | "allowHosts" | "blockRanges" | "driversMayAllow"> }
  | { kind: "flawed"; flaws: NetworkFlaws }

const modes = ["open", "allow-list", "gateway-only"] as const
const mostLines = 1_000

/** What somebody typed, as settings: each line once, in the form in which it is compared. */
export function readNetwork({ mode: typed, hosts, ranges, driversMayAllow }: NetworkForm): ReadNetwork {
  const mode = modes.find((one) => one === typed)
  const [allowHosts, blockRanges] = [linesOf(hosts, hostRuleText), linesOf(ranges, rangeText)]
  if (mode && allowHosts.kind === "lines" && blockRanges.kind === "lines") {
    const lists = { allowHosts: allowHosts.lines, blockRanges: blockRanges.lines }
    return { kind: "read", network: { mode, ...lists, driversMayAllow: driversMayAllow === "yes" } }
  }
  return {
    kind: "flawed",
    flaws: {
      ...(!mode && { mode: "unknown" }),
      ...(allowHosts.kind === "flawed" && { hosts: allowHosts.flaw }),
      ...(blockRanges.kind === "flawed" && { ranges: blockRanges.flaw }),
    },
  }
}

type Lines = { kind: "lines"; lines: string[] } | { kind: "flawed"; flaw: { line: string } | "too-many" }

function linesOf(text: string, read: (line: string) => string | undefined): Lines {
  const typed = text.split("\n").flatMap((line) => line.trim() || [])
  if (typed.length > mostLines) return { kind: "flawed", flaw: "too-many" }
  const wrong = typed.find((line) => read(line) === undefined)
  if (wrong !== undefined) return { kind: "flawed", flaw: { line: wrong.slice(0, 100) } }
  return { kind: "lines", lines: [...new Set(typed.flatMap((line) => read(line) ?? []))] }
}

const rangeText = (line: string) => (parseAddressRange(line) ? line.toLowerCase() : undefined)
