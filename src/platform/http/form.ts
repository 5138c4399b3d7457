import type { z } from "zod"
import type { Problem } from "./problem.ts"

export type Form<T> =
  | { kind: "valid"; value: T }
  /** `fields`: a code per refused field, for the words beside it. `raw`: what was typed, without secrets, to show again. */
  | { kind: "invalid"; fields: Record<string, string>; raw: Record<string, string> }
  | { kind: "too-large" }

/** Of a route whose body `readForm` counts while it reads: the framework leaves it alone. */
export const raw = { parse: "none" } as const

/** Fields whose content is never shown again. */
const secretField = /pass|secret|token|key/i
const mostFields = 1_000
const defaultMaxBytes = 64 * 1024

/**
 * Reads a form's fields (urlencoded or multipart; files are left out) and checks them. Several values of one name become
 * an array. Browsers end the lines of a field with CR LF; here they end with LF alone, as they were typed. A refused
 * field's code is the message its schema names, else `missing` or `invalid`.
 */
export async function readForm<T>(
  request: Request,
  schema: z.ZodType<T>,
  { maxBytes = defaultMaxBytes }: { maxBytes?: number } = {},
): Promise<Form<T>> {
  const body = await readBody(request, maxBytes)
  if (body === "too-large") return { kind: "too-large" }
  const entries = await parseFields(request.headers.get("content-type") ?? "", body)
  if (!entries) return { kind: "invalid", fields: { form: "not-a-form" }, raw: {} }
  return checkFields(entries, schema)
}

/** Fields that were read. */
export function checkFields<T>(sent: readonly [string, string][], schema: z.ZodType<T>): Form<T> {
  if (sent.length > mostFields) return { kind: "invalid", fields: { form: "not-a-form" }, raw: {} }
  const entries = sent.map(([name, text]): [string, string] => [name, text.replaceAll("\r\n", "\n")])
  const given = group(entries)
  const parsed = schema.safeParse(given)
  if (parsed.success) return { kind: "valid", value: parsed.data }
  const raw = Object.fromEntries(entries.filter(([name]) => !secretField.test(name)))
  return { kind: "invalid", fields: codes(parsed.error.issues, given), raw }
}

/** How a form is refused that has no page to be shown again on. */
export const formProblem = (form: Exclude<Form<unknown>, { kind: "valid" }>): Problem =>
  form.kind === "too-large" ? { status: 413, code: "too-large" } : { status: 422, code: "invalid" }

/** The whole body, counted while it arrives: what is declared is not trusted. */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | "too-large"> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return "too-large"
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > maxBytes) return "too-large"
    chunks.push(chunk)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

async function parseFields(type: string, body: Uint8Array<ArrayBuffer>): Promise<[string, string][] | undefined> {
  const kind = type.split(";")[0]?.trim().toLowerCase()
  let entries: Iterable<[string, unknown]> = []
  if (kind === "application/x-www-form-urlencoded") entries = new URLSearchParams(new TextDecoder().decode(body))
  else if (kind === "multipart/form-data") entries = await parseMultipart(type, body)
  else if (body.length > 0) return undefined
  const texts = [...entries].filter((entry): entry is [string, string] => typeof entry[1] === "string")
  return texts
}

async function parseMultipart(type: string, body: Uint8Array<ArrayBuffer>): Promise<Iterable<[string, unknown]>> {
  try {
    return (await new Response(body, { headers: { "content-type": type } }).formData()).entries()
  } catch (error) {
    if (error instanceof TypeError) return []
    throw error
  }
}

function group(entries: [string, string][]): Record<string, string | string[]> {
  const grouped = new Map<string, string | string[]>()
  for (const [name, value] of entries) {
    const before = grouped.get(name)
    grouped.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(grouped)
}

function codes(issues: readonly z.core.$ZodIssue[], given: object): Record<string, string> {
  const fields = new Map<string, string>()
  for (const issue of issues) {
    const name = String(issue.path[0] ?? "form")
    if (!fields.has(name)) fields.set(name, codeOf(issue.message, Object.hasOwn(given, name)))
  }
  return Object.fromEntries(fields)
}

function codeOf(message: string, wasGiven: boolean): string {
  if (/^[a-z]+(-[a-z]+)*$/.test(message)) return message
  return wasGiven ? "invalid" : "missing"
}
