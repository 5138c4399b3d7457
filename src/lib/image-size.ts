/** How large a raster image says it is, by its first bytes; undefined where they do not say, or say nonsense. */
export function imageSize(head: Uint8Array): { width: number; height: number } | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const size = pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes)
  return size && size.width > 0 && size.height > 0 && size.width <= most && size.height <= most ? size : undefined
}

const most = 100_000

/** PNG, third edition, 11.2.1. */
function pngSize(bytes: Buffer) {
  if (bytes.length < 24 || bytes.toString("latin1", 1, 4) !== "PNG") return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** GIF89a, 18. */
function gifSize(bytes: Buffer) {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 3) !== "GIF") return undefined
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

/** RFC 9649: the extended, the lossless and the lossy kind. */
function webpSize(bytes: Buffer) {
  if (bytes.length < 30 || bytes.toString("latin1", 8, 12) !== "WEBP") return undefined
  switch (bytes.toString("latin1", 12, 16)) {
    case "VP8X":
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    case "VP8L": {
      const bits = bytes.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case "VP8 ":
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    default:
      return undefined
  }
}

/** ITU-T T.81, annex B: segments one after the other, up to the frame's. */
function jpegSize(bytes: Buffer) {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}
