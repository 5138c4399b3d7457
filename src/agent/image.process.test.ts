import { expect, test } from "bun:test"
import { noisePng } from "../testing/png.ts"
import { realAgent } from "../testing/real-agent.ts"
import { ended, limit } from "../testing/real-looks.ts"
import { createAttachments } from "./attachments.ts"

test(
  "the model is given the image of a message by the real agent, and the transcript names it without holding it",
  async () => {
    await using real = await realAgent()
    const loop = await real.loop()
    const attachments = createAttachments(real.world.disk, real.world.loops)
    const png = noisePng(1_100, 1_100)
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

test(
  "the model is given an image that comes alone, without an empty text beside it",
  async () => {
    await using real = await realAgent()
    const loop = await real.loop()
    const kept = await createAttachments(real.world.disk, real.world.loops).keep(loop.record.id, noisePng(40, 30))
    if (kept.kind !== "kept") throw new Error(kept.kind)
    const { sha256, type, bytes } = kept
    const message = { text: "", clientId: "alone", via: "web" as const }
    const sent = await real.agent.work.send(loop, {
      ...message,
      attachments: [{ name: "dot.png", type, bytes, sha256 }],
    })
    expect(sent.kind).toBe("accepted")
    await real.wait(loop, ended(1), "the answer")
    const asked = JSON.stringify(real.model.requests.findLast(({ kind }) => kind === "main")?.body.messages)
    expect(asked).toContain('"type":"image","source":{"type":"base64","media_type":"image/')
    expect(asked).not.toContain('"text":""')
    const events = await real.events(loop)
    expect(events.find(({ kind }) => kind === "user-message")).toMatchObject({ text: "", attachments: [{ sha256 }] })
    expect(events.find(({ kind }) => kind === "turn-finished")).toMatchObject({ outcome: "done" })
  },
  limit,
)
