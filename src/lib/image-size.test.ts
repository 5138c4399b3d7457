import { expect, test } from "bun:test"
import { imageSize } from "./image-size.ts"

const size = (head: Uint8Array) => {
  const found = imageSize(head)
  return found && `${found.width} × ${found.height}`
}
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex")

const png = hex("89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08020000 00")
const gif = Buffer.concat([Buffer.from("GIF89a"), hex("8002 e001 00 00 00")])
const lossy = Buffer.concat([Buffer.from("RIFF____WEBPVP8 ____"), hex("000000 9d012a 8002 e001")])
const lossless = Buffer.concat([Buffer.from("RIFF____WEBPVP8L____"), hex("2f 7fc27700 0000000000")])
const extended = Buffer.concat([Buffer.from("RIFF____WEBPVP8X____"), hex("00000000 7f0200 df0100")])
const jpeg = hex("ffd8 ffe0 0004 0000 ffc4 0003 00 ffc2 0011 08 01e0 0280 03 000000000000000000")

test("a PNG, GIF, WebP and JPEG image says how large it is by its first bytes", () => {
  for (const head of [png, gif, lossy, lossless, extended, jpeg]) expect(size(head)).toBe("640 × 480")
})

test("an image that is cut off, says nonsense or is none has no size, and no length in it leads astray", () => {
  for (const head of [png, gif, lossy, lossless, extended, jpeg])
    for (let length = 0; length < 9; length++) expect(size(head.subarray(0, length))).toBeUndefined()
  const nothing = Buffer.from(png)
  nothing.writeUInt32BE(0, 16)
  const huge = Buffer.from(png)
  huge.writeUInt32BE(0xffff_ffff, 20)
  const endless = hex("ffd8 ffe0 0000 ffe0 0000 000000000000")
  for (const head of [nothing, huge, endless, Buffer.from("<svg width='640' height='480'/>"), Buffer.alloc(64)])
    expect(size(head)).toBeUndefined()
})
