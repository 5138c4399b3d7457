import { expect, test } from "bun:test"
import { randomBytes } from "node:crypto"
import { crc32, deflateSync } from "node:zlib"
import { realAgent } from "../testing/real-agent.ts"
import { ended, limit } from "../testing/real-looks.ts"
import { createAttachments } from "./attachments.ts"

/** Noise, which no compression makes smaller: about as large as an image may be. (PNG, second edition, 5 and 10.) */
function largePng(side: number): Uint8Array {
  const chunk = (name: string, content: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name), content])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, check])
  }
  const size = Buffer.alloc(13)
  size.writeUInt32BE(side, 0)
  size.writeUInt32BE(side, 4)
  size.set([8, 2], 8)
  const rows = Array.from({ length: side }, () => Buffer.concat([Buffer.of(0), randomBytes(side * 3)]))
  const parts = [chunk("IHDR", size), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.of())]
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts])
}

test(
  "the model is given the image of a message by the real agent, and the transcript names it without holding it",
  async () => {
    await using real = await realAgent()
    const loop = await real.loop()
    const attachments = createAttachments(real.world.disk, real.world.loops)
    const png = largePng(1_100)
    const kept = await attachments.keep(loop.record.id, png)
    if (kept.kind !== "kept") throw new Error(kept.kind)
    const { sha256, type, bytes } = kept
    const message = { text: "#say seen", clientId: "one", via: "web" as const }
    await real.agent.work.send(loop, { ...message, attachments: [{ name: "dot.png", type, bytes, sha256 }] })
    await real.wait(loop, ended(1), "the answer")
    console.log(`an image of ${png.length} bytes went to the model`)
    const asked = JSON.stringify(real.model.requests.findLast(({ kind }) => kind === "main")?.body.messages)
    // The agent makes a large one smaller in its own way.
    expect(
      asked?.match(/"type":"image","source":\{"type":"base64","media_type":"image\/(png|jpeg|webp)"/g)?.length,
    ).toBe(1)
    const events = await real.events(loop)
    expect(events.find(({ kind }) => kind === "user-message")).toMatchObject({
      attachments: [{ name: "dot.png", sha256 }],
    })
    expect(JSON.stringify(events).length).toBeLessThan(100_000)
    expect(JSON.stringify(events)).toContain("seen")
  },
  limit,
)
