import { dirname } from "node:path"
import { z } from "zod"
import { editJson, jsonDifference } from "../lib/json-edit.ts"
import { JsonFault, nodeAt, placeOf, readJsonNodes } from "../lib/json-text.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Serial } from "../platform/disk/serial.ts"

/** A file that a person may also write by hand: it is edited, never rewritten, and never replaced when it does not parse. */
export interface SettingsFile<T> {
  readonly path: string
  read(): Promise<ReadOutcome<T>>
  /**
   * The function sees what the file says and returns what it should say; only the difference is written. A missing
   * file counts as `{}`.
   */
  change(change: (current: T) => T): Promise<ChangeOutcome<T>>
}

export type ReadOutcome<T> = { kind: "missing" } | { kind: "read"; value: T; raw: unknown } | FileFault
export type ChangeOutcome<T> = { kind: "changed"; value: T } | FileFault

/** Why a settings file cannot be used, for the person who repairs it. */
export interface FileFault {
  kind: "unreadable"
  path: string
  /** From 1. */
  line: number
  column: number
  /** English, one sentence. */
  why: string
}

export interface FileNeeds<T> {
  disk: Pick<Disk, "readText" | "readParsed" | "makeFolder" | "write">
  serial: Serial
  path: string
  schema: z.ZodType<T>
}

export function createSettingsFile<T>({ disk, serial, path, schema }: FileNeeds<T>): SettingsFile<T> {
  const readText = () => disk.readText(path)
  return {
    path,
    async read() {
      return (await disk.readParsed(path, parseBytes)) ?? { kind: "missing" }
    },
    change: (change) =>
      serial(path, async () => {
        const text = (await readText()) ?? "{}\n"
        const current = parse(text)
        if (current.kind !== "read") return current
        const next = change(current.value)
        const edits = jsonDifference(current.value, next)
        if (edits.length > 0) {
          await disk.makeFolder(dirname(path))
          await disk.write(path, editJson(text, edits))
        }
        return { kind: "changed", value: next }
      }),
  }

  function parseBytes(content: Uint8Array) {
    return parse(new TextDecoder().decode(content))
  }

  function parse(text: string): Exclude<ReadOutcome<T>, { kind: "missing" }> {
    try {
      const root = readJsonNodes(text)
      const raw: unknown = JSON.parse(text)
      const result = schema.safeParse(raw)
      if (result.success) return { kind: "read", value: result.data, raw }
      const issue = result.error.issues[0]
      const where = issue?.path ?? []
      return fault(
        text,
        nodeAt(root, where).start,
        `${where.join(".") || "the file"}: ${issue?.message ?? "not valid"}`,
      )
    } catch (error) {
      if (error instanceof JsonFault) return fault(text, error.offset, error.message)
      throw error
    }
  }

  function fault(text: string, offset: number, why: string): FileFault {
    return { kind: "unreadable", path, ...placeOf(text, offset), why }
  }
}
