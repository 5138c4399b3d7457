import { networkInterfaces } from "node:os"
import type { SandboxNeeds } from "../needs.ts"
import type { SeatNeeds } from "../seat.ts"
import { neverOpen, rangesOf, systemLookup } from "./decide.ts"
import { createProxy } from "./proxy.ts"
import { parseHostRule } from "./rules.ts"

type WayNeeds = Pick<SandboxNeeds, "wayOut" | "clock" | "log">

/** Opens the way out of loops with an allow-list; undefined where nobody says who may go where. */
export function wayOpener({ wayOut, clock, log }: WayNeeds): SeatNeeds["openWay"] {
  if (!wayOut) return undefined
  const { lookup = systemLookup, dial } = wayOut
  return (loop, socket) =>
    createProxy({
      ...{ loop, socket, clock, log },
      ...(dial && { dial }),
      refused: (places) => wayOut.refused(loop, places),
      async frontier() {
        const rules = (await wayOut.allowHosts(loop)).flatMap((entry) => parseHostRule(entry) ?? [])
        return { rules, lookup, never: neverOpen(hostAddresses()), blocked: rangesOf(wayOut.blockRanges()) }
      },
    })
}

export const hostAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
