/**
 * Parsers for the JSON of the link, small enough for the guest, which runs once per sandbox and must not carry a
 * schema library in memory. A parser returns its value or throws NotThisShape.
 */
export type Shape<T> = (value: unknown) => T

export class NotThisShape extends Error {
  override readonly name = "NotThisShape"
}

const refuse = (wanted: string): never => {
  throw new NotThisShape(`not ${wanted}`)
}

export const text =
  (maxLength: number): Shape<string> =>
  (value) =>
    typeof value === "string" && value.length <= maxLength ? value : refuse(`a text of at most ${maxLength}`)

export const whole =
  (max: number): Shape<number> =>
  (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= max ? value : refuse(`0…${max}`)

export const yesNo: Shape<boolean> = (value) => (typeof value === "boolean" ? value : refuse("true or false"))

export const oneOf =
  <const T extends string>(...words: T[]): Shape<T> =>
  (value) =>
    words.find((word) => word === value) ?? refuse(words.join(" or "))

export const optional =
  <T>(shape: Shape<T>): Shape<T | undefined> =>
  (value) =>
    value === undefined ? undefined : shape(value)

export const nullable =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null ? null : shape(value)

export const list =
  <T>(shape: Shape<T>, max: number): Shape<T[]> =>
  (value) =>
    Array.isArray(value) && value.length <= max ? value.map((item) => shape(item)) : refuse(`a list of at most ${max}`)

export const dictionary =
  <T>(shape: Shape<T>, max: number): Shape<Record<string, T>> =>
  (value) => {
    const entries = Object.entries(record(value))
    if (entries.length > max) return refuse(`at most ${max} entries`)
    return Object.fromEntries(entries.map(([key, item]) => [key, shape(item)]))
  }

type Fields = Record<string, Shape<unknown>>
type ReadBy<S> = S extends Shape<infer T> ? T : never
/** A field that may be undefined may be left out as well. */
type Parsed<F extends Fields> = {
  [Key in keyof F as undefined extends ReadBy<F[Key]> ? never : Key]: ReadBy<F[Key]>
} & { [Key in keyof F as undefined extends ReadBy<F[Key]> ? Key : never]?: ReadBy<F[Key]> }

/** Reads exactly the named fields and drops the rest. */
export const fields =
  <F extends Fields>(shapes: F): Shape<Parsed<F>> =>
  (value) => {
    const given = record(value)
    const read = Object.entries(shapes).map(([key, shape]) => [
      key,
      shape(Object.hasOwn(given, key) ? given[key] : undefined),
    ])
    // Every key of F was just read by the shape of that key.
    return Object.fromEntries(read) as Parsed<F>
  }

/** JSON bytes by a shape. Bytes that are no JSON are not the shape either. */
export function readJson<T>(bytes: Uint8Array, shape: Shape<T>): T {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch (error) {
    throw new NotThisShape("not JSON", { cause: error })
  }
  return shape(value)
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("an object")
  // A non-null object that is no array is a record of unknowns.
  return value as Record<string, unknown>
}
