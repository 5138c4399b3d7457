import { imageType } from "../lib/file-text.ts"
import { imageName, judgedImage, mostImages } from "../lib/message-images.ts"
import type { LoopId } from "../lib/ids.ts"
import type { EventOf, Loops } from "../loops/index.ts"
import type { Disk } from "../platform/disk/disk.ts"

/** An image of a message, as the transcript names it. */
export type Attachment = EventOf<"user-message">["attachments"][number]

/** An image on its way to the agent: its type, and its bytes in base64. */
export interface AgentImage {
  type: (typeof types)[number]
  data: string
}

/** Those that a model knows. */
const types = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const

export type KeptImage =
  | { kind: "kept"; sha256: string; type: string; bytes: number }
  | { kind: "not-an-image" }
  /** The loop has as many as it may have. */
  | { kind: "full" }

const mostOfLoop = 200

/**
 * `loops/<uuid>/attachments/<sha256>`: images that people put into messages, each once. What type one has is judged by
 * its bytes, when it comes and when it is shown.
 */
export interface Attachments {
  /** Durable when it resolves. */
  keep(loop: LoopId, content: Uint8Array): Promise<KeptImage>
  /** Those that a form names, as the transcript names them; undefined when one is not there, or there are too many. */
  named(loop: LoopId, fields: readonly string[]): Promise<Attachment[] | undefined>
  open(loop: LoopId, name: string): Promise<{ type: string; content: Uint8Array } | undefined>
  /** For the agent; one that is gone is left out. */
  images(loop: LoopId, attachments: readonly Attachment[]): Promise<AgentImage[]>
}

export function createAttachments(disk: Disk, loops: Pick<Loops, "serverFile">): Attachments {
  const folderOf = (loop: LoopId) => loops.serverFile(loop, "attachments")

  async function open(loop: LoopId, name: string) {
    const content = /^[0-9a-f]{64}$/.test(name) ? await disk.read(`${folderOf(loop)}/${name}`) : undefined
    const type = content && imageType(content)
    return content && type !== undefined ? { type, content } : undefined
  }

  async function attachmentOf(loop: LoopId, field: string): Promise<Attachment | undefined> {
    const [, sha256 = "", given = ""] = /^([0-9a-f]{64})(?: (.*))?$/s.exec(field) ?? []
    const found = await open(loop, sha256)
    return found && { name: imageName(given), type: found.type, bytes: found.content.length, sha256 }
  }

  return {
    open,
    async keep(loop, content) {
      const image = judgedImage(content)
      if (!image) return { kind: "not-an-image" }
      const { sha256 } = image
      const kept = { kind: "kept", ...image } as const
      const known = await disk.list(folderOf(loop))
      if (known.includes(sha256)) return kept
      if (known.length >= mostOfLoop) return { kind: "full" }
      await disk.makeFolder(folderOf(loop))
      await disk.write(`${folderOf(loop)}/${sha256}`, content)
      return kept
    },
    async named(loop, fields) {
      if (fields.length > mostImages) return undefined
      const all = await Promise.all(fields.map((field) => attachmentOf(loop, field)))
      const there = all.filter((one) => one !== undefined)
      return there.length === fields.length ? there : undefined
    },
    async images(loop, attachments) {
      const all = await Promise.all(attachments.map(({ sha256 }) => open(loop, sha256)))
      return all.flatMap((one) => {
        const type = types.find((known) => known === one?.type)
        return one && type ? [{ type, data: Buffer.from(one.content).toString("base64") }] : []
      })
    },
  }
}
