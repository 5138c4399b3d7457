import { commonEnds } from "../lib/diff.ts"

/** Larger files are shown without colours and not changed in the browser. */
export const wholeBytes = 1 << 20
/** Still larger ones are shown by their beginning and end. */
export const plainBytes = 5 << 20
export const endBytes = 256 << 10
export const imageBytes = 20 << 20

export const versionOf = (bytes: Uint8Array): string => new Bun.CryptoHasher("sha256").update(bytes).digest("hex")

/** Both texts in one, with the usual marks around every place where they differ. */
export function bothTexts(mine: string, theirs: string, names: { mine: string; theirs: string }): string {
  const [a, b] = [mine.split("\n"), theirs.split("\n")]
  const { head, tail } = commonEnds(a, b)
  if (head === a.length && head === b.length) return mine
  return [
    ...a.slice(0, head),
    `<<<<<<< ${names.mine}`,
    ...a.slice(head, a.length - tail),
    "=======",
    ...b.slice(head, b.length - tail),
    `>>>>>>> ${names.theirs}`,
    ...a.slice(a.length - tail),
  ].join("\n")
}
