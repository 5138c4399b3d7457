import { expect, test } from "bun:test"
import { mostImageBytes, mostImages } from "../lib/message-images.ts"
import { workbenchUrls } from "../lib/workbench-urls.ts"
import { type AgentPages, agentPages } from "../testing/agent-pages.tsx"
import { atWork } from "../testing/agents.ts"
import { pageOf } from "../testing/html.ts"
import { formWithImages, png } from "../testing/image-form.ts"
import { person } from "../testing/loops.ts"
import type { DrivenLoop } from "../loops/index.ts"
import { createAttachments } from "./attachments.ts"

const [alice, bob] = [person("alice"), person("bob")]
const htmx = { "hx-request": "true" }
/** A form that begins as an image of that type does. */
const gif = { GIF89a: "", more: "<script>alert(1)</script>" }

async function keep(stage: AgentPages, loop: DrivenLoop, form: Record<string, string> = gif) {
  const answer = await stage.as(alice).post(workbenchUrls.attachments(loop.record.id), form)
  return { status: answer.status, kept: answer.ok ? await answer.json() : undefined }
}

const send = (stage: AgentPages, loop: DrivenLoop, form: Record<string, string>) =>
  stage.as(alice, htmx).post(`/loops/${loop.record.id}/messages`, { clientId: "with-image", ...form })

test("an image goes with the message to the agent, and stands in the conversation under its own name", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage)
  agent.answer("ready")
  agent.finish()
  const { kept } = await keep(stage, loop)
  expect([kept.type, /^[0-9a-f]{64}$/.test(kept.sha256)]).toEqual(["image/gif", true])
  expect((await keep(stage, loop)).kept).toEqual(kept)
  const name = 'a "shot" <b>.gif'
  const sent = await send(stage, loop, { text: "look at this", attachment: `${kept.sha256} ${name}` })
  expect([sent.status, await sent.text()]).toEqual([200, expect.any(String)])
  await stage.seen(loop, "turn-finished", 2)
  expect(agent.said.at(-1)).toMatchObject({ text: "look at this", images: [{ type: "image/gif" }] })
  expect(atob(agent.said.at(-1)?.images?.[0]?.data ?? "")).toStartWith("GIF89a=")

  const url = workbenchUrls.attachment(loop.record.id, kept.sha256)
  const page = await pageOf(await stage.as(bob).get(`/loops/${loop.record.id}`))
  expect(page.one('[data-author="user"] img[src^="/loops"]').attributes).toMatchObject({ src: url, alt: name })
  const shown = await stage.as(bob).get(url)
  expect([shown.status, shown.headers.get("content-type"), shown.headers.get("x-content-type-options")]).toEqual([
    ...[200, "image/gif", "nosniff"],
  ])
  expect(shown.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'")
})

test("what is no image is not taken, whatever it is called; nobody but the driver sends one; and no path leads elsewhere", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage)
  const others: Record<string, string>[] = [{ "<svg xmlns": "x" }, { "<html>": "" }, { text: "GIF89a" }]
  for (const form of others) expect((await keep(stage, loop, form)).status).toBe(422)
  expect((await stage.as(bob).post(workbenchUrls.attachments(loop.record.id), gif)).status).toBe(403)
  for (const name of ["..%2f..%2fmeta.json", "meta.json", "0".repeat(64), "%00"])
    expect([name, (await stage.as(alice).get(`/loops/${loop.record.id}/attachments/${name}`)).status]).toEqual([
      name,
      404,
    ])
  const refused = await send(stage, loop, { text: "look", attachment: `${"0".repeat(64)} gone.png` })
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining("is not here any more")])
})

test("an image that a model would not take, and more images than a message takes, are refused", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage)
  const attachments = createAttachments(stage.world.disk, stage.world.loops)
  const image = (size: number) => Buffer.concat([Buffer.from("GIF89a"), Buffer.alloc(size)])
  expect((await attachments.keep(loop.record.id, image(mostImageBytes))).kind).toBe("not-an-image")
  const kept = await attachments.keep(loop.record.id, image(10))
  if (kept.kind !== "kept") throw new Error(kept.kind)
  const many = Array.from({ length: mostImages + 1 }, () => kept.sha256)
  expect(await attachments.named(loop.record.id, many)).toBeUndefined()
  expect(await attachments.named(loop.record.id, many.slice(1))).toHaveLength(mostImages)
  expect((await attachments.named(loop.record.id, [`${kept.sha256} a\nb`]))?.[0]?.name).toBe("ab")
})

test("without script images come with the message, also alone, and the agent is given them", async () => {
  await using stage = await agentPages()
  const { loop, agent } = await atWork(stage)
  agent.answer("ready")
  agent.finish()
  const post = (form: FormData) => stage.as(alice).post(`/loops/${loop.record.id}/messages`, form)
  const two = formWithImages({ clientId: "plain", text: "both\r\nlines" }, [
    ["a.png", png()],
    ["b \u0001.gif", Buffer.from("GIF89a=")],
  ])
  expect((await post(two)).status).toBe(303)
  await stage.seen(loop, "turn-finished", 2)
  expect(agent.said.at(-1)).toMatchObject({
    ...{ text: "both\nlines", images: [{ type: "image/png" }, { type: "image/gif" }] },
  })
  expect((await post(formWithImages({ text: "", clientId: "alone" }, [["only.png", png(7)]]))).status).toBe(303)
  await stage.seen(loop, "turn-finished", 3)
  expect(agent.said.at(-1)).toMatchObject({ text: "", images: [{ type: "image/png" }] })
  const page = await pageOf(await stage.as(alice).get(`/loops/${loop.record.id}`))
  const names = page.all('[data-author="user"] img[src^="/loops"]').map(({ attributes }) => attributes["alt"])
  expect(names).toEqual(["a.png", "b .gif", "only.png"])
  expect((await post(formWithImages({ text: "no image", clientId: "none" }, []))).status).toBe(303)
})

test("an image that is too large, none at all, or one too many is refused in a sentence, and the typed text stays", async () => {
  await using stage = await agentPages()
  const { loop } = await atWork(stage)
  const post = (form: FormData) => stage.as(alice).post(`/loops/${loop.record.id}/messages`, form)
  const many = Array.from({ length: mostImages + 1 }, (_, at): [string, Buffer<ArrayBuffer>] => [`${at}.png`, png(at)])
  const cases: [images: [string, Uint8Array<ArrayBuffer>][], sentence: string, text?: string][] = [
    [[["big.png", png(mostImageBytes)]], "An image may have 3.7 MB."],
    [
      [
        ["ok.png", png()],
        ["page.png", Buffer.from("<html>")],
      ],
      "Only PNG, JPEG, GIF and WebP images",
    ],
    [[["x.svg", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")]], "Only PNG, JPEG, GIF and WebP images"],
    [many, `A message takes ${mostImages} images.`],
    [[["ok.png", png()]], "A command takes no images.", "!ls"],
  ]
  for (const [images, sentence, text = "look <at> this"] of cases) {
    const answer = await post(formWithImages({ clientId: "plain", text }, images))
    const page = await pageOf(answer)
    expect([sentence, answer.status, page.one("#composer-text").text]).toEqual([sentence, 422, text])
    expect(page.one("#composer-error").text).toContain(sentence)
  }
  // More than 256 MB in all, and the text behind it.
  const heavy = new FormData()
  for (let at = 0; at < 4; at++) heavy.append("image", new File([Buffer.alloc(70 << 20)], `${at}.png`))
  for (const [name, value] of Object.entries({ clientId: "plain", text: "still here" })) heavy.append(name, value)
  for (const headers of [{}, htmx]) {
    const answer = await stage.as(alice, headers).post(`/loops/${loop.record.id}/messages`, heavy)
    // With script the page's own composer stays as it is.
    const stays = answer.headers.get("hx-reswap") === "none" || (await answer.text()).includes("still here")
    expect([answer.status, stays]).toEqual([422, true])
  }
  expect((await post(formWithImages({ clientId: "plain", text: " " }, []))).status).toBe(422)
  const notTheirs = await stage
    .as(bob)
    .post(`/loops/${loop.record.id}/messages`, formWithImages({ clientId: "plain", text: "x" }, []))
  expect(notTheirs.status).toBe(403)
  const sent = (await stage.seen(loop, "user-message")).filter(({ kind }) => kind === "user-message")
  expect(sent).toHaveLength(1)
})
