import { createPrivateKey, createPublicKey } from "node:crypto"

/** A pair of keys for ssh, as its files hold them. */
export interface KeyPair {
  /** OpenSSH's private key format (PROTOCOL.key), without a passphrase. */
  private: string
  /** One line, as it is registered with a host. */
  public: string
}

const kind = "ssh-ed25519"

/** An ed25519 pair from 32 random bytes in hex. The same bytes give the same pair. */
export function sshKeyPair(seedHex: string, comment: string): KeyPair {
  const seed = Buffer.from(seedHex, "hex")
  if (seed.length !== 32) throw new Error("an ed25519 key is made of 32 bytes")
  const point = publicPoint(seed)
  const blob = Buffer.concat([field(kind), field(point)])
  // Two equal numbers, by which OpenSSH sees that a passphrase was right.
  const check = seed.subarray(0, 4)
  const secret = Buffer.concat([check, check, blob, field(Buffer.concat([seed, point])), field(comment)])
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1))
  const file = Buffer.concat([
    Buffer.from(`${magic}\0`),
    ...[field("none"), field("none"), field(""), number(1), field(blob)],
    field(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString("base64").match(/.{1,70}/g) ?? []
  return {
    private: [begin, ...lines, end, ""].join("\n"),
    public: `${kind} ${blob.toString("base64")} ${comment}`,
  }
}

/** The public half that an OpenSSH private key carries in the clear; undefined for any other text. */
export function publicHalf(privateKey: string): string | undefined {
  const body = privateKey.trim().split(/\r?\n/)
  if (body[0] !== begin || body.at(-1) !== end) return undefined
  const file = Buffer.from(body.slice(1, -1).join(""), "base64")
  if (!file.subarray(0, magic.length).equals(Buffer.from(magic))) return undefined
  let at = magic.length + 1
  const next = (): Buffer => {
    const length = at + 4 <= file.length ? file.readUInt32BE(at) : 0
    const value = file.subarray(at + 4, at + 4 + length)
    at += 4 + length
    return value
  }
  for (const _ of ["cipher", "kdf", "options"]) next()
  at += 4
  const blob = next()
  const named = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1") : ""
  return /^[a-z0-9@.-]{4,64}$/.test(named) ? `${named} ${blob.toString("base64")}` : undefined
}

const magic = "openssh-key-v1"
const begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
const end = "-----END OPENSSH PRIVATE KEY-----"

/** RFC 8410: what stands before the bytes of an ed25519 key. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex")

function publicPoint(seed: Buffer): Buffer {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" })
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32)
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** RFC 4251: the length, then the bytes. */
function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([number(bytes.length), bytes])
}
