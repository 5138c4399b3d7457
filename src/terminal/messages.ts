import { z } from "zod"
import type { Size } from "./terminal.ts"

/** What a browser sends besides keys, which come as bytes. */
const FromBrowser = z.discriminatedUnion("kind", [
  /** That many bytes more were shown. */
  z.object({
    kind: z.literal("ack"),
    bytes: z
      .number()
      .int()
      .min(1)
      .max(1 << 20),
  }),
  /** What fits on this screen. */
  z.object({ kind: z.literal("size"), columns: z.number().int(), rows: z.number().int() }),
  /** The emulator's own answer to a program's question; only the one in use may answer. */
  z.object({ kind: z.literal("report"), text: z.string().max(1_000) }),
])
export type FromBrowser = z.infer<typeof FromBrowser> | { kind: "keys"; bytes: Uint8Array }

/** What a browser is told besides output, which comes as bytes. */
export type ToBrowser =
  /** What follows begins at this place in all output; up to `total` it is a repetition. */
  | ({ kind: "attached"; run: string; from: number; total: number; modes: string } & Size)
  /** The size that the terminal has now. */
  | ({ kind: "size" } & Size)
  | { kind: "exit"; code: number | null; signal: string | null }

/** Why a socket is closed; the browser's part knows the same numbers. */
export const closing = {
  /** The shell has ended. */
  exit: 4000,
  /** It fell too far behind, or the server is not ready: come again. */
  again: 4001,
  /** This person may not use it any more. */
  refused: 4003,
  /** There is no such terminal, or its sandbox went away. */
  gone: 4004,
  /** What it sent makes no sense. */
  nonsense: 4400,
} as const

/** Longest message either way, in bytes. */
export const longestFrame = 64 << 10

/** The framework has parsed JSON and numbers already; anything else that is no message of ours is undefined. */
export function parseMessage(message: unknown): FromBrowser | undefined {
  if (message instanceof Uint8Array) return { kind: "keys", bytes: message }
  return FromBrowser.safeParse(message).data
}
