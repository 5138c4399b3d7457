import { imageType } from "./file-text.ts"

/** Images of one message. */
export const mostImages = 8
/** Bytes of one: in base64 these are the five megabytes that a model takes. */
export const mostImageBytes = 3_750_000
/** What a browser lets people choose; what one is, is judged by its bytes. */
export const imageTypes = "image/png,image/jpeg,image/gif,image/webp"

/** How a form's files are read: those of the field `image`. */
export const imagesOfForm = { field: "image", mostBytes: mostImageBytes, most: mostImages }

/** Without what cannot be seen, and not longer than people read. */
export const imageName = (given: string): string =>
  given.replaceAll(/[\u0000-\u001f\u007f]/g, "").slice(0, 200) || "image"

/** Judged by its bytes, whatever it is called; undefined for what a message does not take. */
export function judgedImage(content: Uint8Array): { sha256: string; type: string; bytes: number } | undefined {
  const type = imageType(content)
  if (type === undefined || content.length > mostImageBytes) return undefined
  const sha256 = new Bun.CryptoHasher("sha256").update(content).digest("hex")
  return { sha256, type, bytes: content.length }
}
