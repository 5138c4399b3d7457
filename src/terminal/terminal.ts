import { z } from "zod"
import { type NewId, parseTerminalId, parseUserName, type TerminalId, type UserName } from "../lib/ids.ts"

/** One terminal of a loop, as it is remembered between two starts of the server; its screen is in the sandbox. */
export interface TerminalRecord {
  id: TerminalId
  /** Differs from one shell to the next in the same tab. */
  run: string
  /** Smallest that was free when it was opened; shown while it has no name. */
  number: number
  name?: string | undefined
  /** With everybody who may see the loop. */
  shared?: true | undefined
}

/** The terminals of a loop, in the order of their tabs. They belong to the driver who opened them. */
export interface TerminalList {
  version: 1
  driver: UserName
  terminals: TerminalRecord[]
}

export const mostTerminals = 8
/** Of one person, in all loops whose sandbox runs. */
export const mostOfOne = 16

const brand = <T extends string>(parse: (value: unknown) => T | undefined) =>
  z.string().transform((text, context) => {
    const parsed = parse(text)
    if (parsed !== undefined) return parsed
    context.addIssue("not a name of ours")
    return z.NEVER
  })

const List = z.object({
  version: z.literal(1),
  driver: brand(parseUserName),
  terminals: z
    .array(
      z.object({
        id: brand(parseTerminalId),
        run: z.string().regex(/^[0-9a-f]{8}$/),
        number: z.number().int().min(1).max(99),
        name: z.string().max(40).optional(),
        shared: z.literal(true).optional(),
      }),
    )
    .max(mostTerminals),
})

export const parseTerminalList = (value: unknown): TerminalList => List.parse(value)

export const noTerminals = (driver: UserName): TerminalList => ({ version: 1, driver, terminals: [] })

/** Under which name the sandbox keeps its shell. */
export const keptId = ({ id, run }: Pick<TerminalRecord, "id" | "run">): string => `terminal-${id}-${run}`

export function newTerminal({ terminals }: TerminalList, ids: NewId): TerminalRecord {
  const taken = new Set(terminals.map(({ number }) => number))
  let number = 1
  while (taken.has(number)) number++
  return { id: newTerminalId(ids), run: ids.hex(4), number }
}

const newTerminalId = (ids: NewId): TerminalId => {
  const id = parseTerminalId(ids.hex(4))
  if (!id) throw new Error("eight hex digits are an id")
  return id
}

/** What a person may call one: a line of up to 40 characters. Undefined when nothing is left of it. */
export function parseName(text: string): string | undefined {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim()
  return line === "" ? undefined : [...line].slice(0, 40).join("").trim()
}

export interface Size {
  columns: number
  rows: number
}

/** Of a window that is hidden or being opened a browser tells sizes that no program can use. */
export const isUsable = ({ columns, rows }: Size): boolean =>
  columns >= 10 && columns <= 500 && rows >= 2 && rows <= 300

/** Until somebody has looked at it. */
export const firstSize: Size = { columns: 80, rows: 24 }
