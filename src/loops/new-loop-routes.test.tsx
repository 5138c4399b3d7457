import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { parseLoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import { sickDisk } from "../testing/faults.ts"
import { pageOf } from "../testing/html.ts"
import { formWithImages, png } from "../testing/image-form.ts"
import { loopPages } from "../testing/loop-pages.tsx"
import { person } from "../testing/loops.ts"

const alice = person("alice")

test("which version of the context a loop begins with is chosen under Advanced, in words, and kept by the loop", async () => {
  await using pages = await loopPages()
  const page = await pageOf(await pages.as(alice).get(urls.newLoop))
  expect(page.all("select[name='notesKind'] option").map((option) => option.text)).toEqual([
    "The newest, asked for now",
    "What this server has, without asking outside",
    "A certain version",
  ])
  const made = async (form: Record<string, string>) => {
    const answer = await pages.as(alice).post(urls.loops(), { clientId: crypto.randomUUID(), ...form })
    const id = parseLoopId(answer.headers.get("location")?.split("/").at(-1))
    return id && (await pages.loops.record(id))?.freshness
  }
  expect(await made({ knowledgeKind: "latest", notesKind: "latest", knowledge: "", notes: "" })).toBeUndefined()
  expect(await made({ knowledgeKind: "cached", notesKind: "version", notes: " v1 " })).toEqual({
    knowledge: "cached",
    notes: "v1",
  })
  expect(await made({ knowledgeKind: "latest", knowledge: "0123abc" })).toEqual({ knowledge: "0123abc" })
  expect(await made({ knowledgeKind: "<nonsense>" })).toBeUndefined()
})

test("a version that was chosen and not named, or cannot be one, is told at its field with the fold open", async () => {
  await using pages = await loopPages()
  const form = { clientId: "v", message: "Keep me", knowledgeKind: "version", notesKind: "latest", notes: "a..b" }
  const answer = await pages.as(alice).post(urls.loops(), form)
  expect(answer.status).toBe(422)
  const page = await pageOf(answer)
  expect(page.one("#field-knowledge-error").text).toContain("Write which version")
  expect(page.one("#field-notes-error").text).toContain("cannot be the name of a branch")
  expect(page.one("input[name='notes']").attributes["value"]).toBe("a..b")
  expect(page.one("textarea[name='message']").text).toBe("Keep me")
  expect(page.all("details[open]").length).toBe(1)
  expect(pages.loops.shelf.size).toBe(0)
})

test("a first message that is a command is refused in words, not handed to the agent as if it were some", async () => {
  await using pages = await loopPages()
  const answer = await pages.as(alice).post(urls.loops(), { clientId: "bang", message: " !ls -la" })
  expect(answer.status).toBe(422)
  const page = await pageOf(answer)
  expect(page.one("#field-message-error").text).toContain("Create the loop without it, then write the command there.")
  expect(page.one("textarea[name='message']").text).toBe("!ls -la")
  expect(pages.loops.shelf.size).toBe(0)
})

test("the first message of a new loop takes its images along, also without a text, and they are there before it is", async () => {
  await using pages = await loopPages()
  const made = async (form: FormData) => {
    const answer = await pages.as(alice).post(urls.loops(), form)
    const id = parseLoopId(answer.headers.get("location")?.split("/").at(-1))
    if (!id) throw new Error(`need a loop: ${answer.status}`)
    const { events } = await pages.loops.transcript(id).after(0)
    const first = events.find((event) => event.kind === "user-message")
    const files = (first?.attachments ?? []).map(({ sha256 }) =>
      Bun.file(`${pages.loops.serverFile(id, "attachments")}/${sha256}`).bytes(),
    )
    return { first, files: await Promise.all(files) }
  }
  const both = await made(
    formWithImages({ clientId: "both", message: "Look" }, [
      ["a.png", png(3)],
      ["b.png", png(4)],
    ]),
  )
  expect(both.first).toMatchObject({
    ...{
      text: "Look",
      attachments: [
        { name: "a.png", type: "image/png", bytes: 11 },
        { name: "b.png", bytes: 12 },
      ],
    },
  })
  expect(both.files.map((bytes) => Buffer.from(bytes))).toEqual([png(3), png(4)])
  const alone = await made(formWithImages({ clientId: "alone", message: "" }, [["a.png", png()]]))
  expect([alone.first?.text, alone.files.length]).toEqual(["", 1])
  expect((await made(formWithImages({ clientId: "none", message: "" }, []))).first).toBeUndefined()
})

test("a form whose images are larger than all that is read for them keeps what was typed, before them and after", async () => {
  await using pages = await loopPages()
  const heavy = Buffer.alloc(70 << 20)
  const form = formWithImages({ clientId: "heavy", message: "Keep me" }, [])
  for (let at = 0; at < 4; at++) form.append("image", new File([heavy], `${at}.png`))
  form.append("title", "Typed below")
  for (const headers of [{}, { "hx-request": "true" }] as Record<string, string>[]) {
    const answer = await pages.as(alice, headers).post(urls.loops(), form)
    const page = await pageOf(answer)
    expect([answer.status, page.one("textarea[name='message']").text]).toEqual([422, "Keep me"])
    expect(page.one("input[name='title']").attributes["value"]).toBe("Typed below")
    expect(page.one("#field-images-error").text).toContain("An image may have 3.7 MB.")
  }
  expect(pages.loops.shelf.size).toBe(0)
}, 60_000)

test("a disk that becomes full while a first message's images are written leaves nothing half-made, says so, and the text comes back", async () => {
  const sick = sickDisk()
  await using pages = await loopPages({ over: sick.over })
  const form = () =>
    formWithImages({ clientId: "full", message: "Keep me" }, [
      ["a.png", png(5)],
      ["b.png", png(6)],
    ])
  const halfMade = async () => (await readdir(`${pages.home}/loops/.new`, { recursive: true }).catch(() => [])).join()
  let walked = 0
  for (let nth = 1; ; nth++, walked++) {
    sick.fallIll(nth, "ENOSPC from there on")
    const answer = await pages.as(alice, nth % 2 === 0 ? { "hx-request": "true" } : {}).post(urls.loops(), form())
    const { hurt } = sick
    sick.heal()
    if (!hurt) break
    const page = await pageOf(answer)
    expect([nth, answer.status, page.one("textarea[name='message']").text]).toEqual([nth, 507, "Keep me"])
    expect(page.one(".form-error").text).toContain("the disk is full or cannot be written")
    expect(page.one("input[name='clientId']").attributes["value"]).toBe("full")
    expect(await halfMade()).not.toMatch(/png|messages|attachments|meta/)
    expect(pages.loops.shelf.size).toBe(0)
  }
  // Two images, a transcript and a record at least.
  expect(walked).toBeGreaterThan(4)
  expect(pages.loops.shelf.size).toBe(1)
})

test("an image that a first message cannot take is told at its field, the text stays, and no loop is made", async () => {
  await using pages = await loopPages()
  const many = Array.from({ length: 9 }, (_, at): [string, Buffer<ArrayBuffer>] => [`${at}.png`, png(at)])
  const cases: [images: [string, Uint8Array<ArrayBuffer>][], sentence: string][] = [
    [[["big.png", png(3_750_000)]], "An image may have 3.7 MB."],
    [
      [
        ["ok.png", png()],
        ["page.png", Buffer.from("<html>")],
      ],
      "Only PNG, JPEG, GIF and WebP images",
    ],
    [many, "A message takes 8 images."],
  ]
  for (const [images, sentence] of cases) {
    const answer = await pages
      .as(alice)
      .post(urls.loops(), formWithImages({ clientId: "c", message: "Keep me" }, images))
    const page = await pageOf(answer)
    expect([answer.status, page.one("textarea[name='message']").text]).toEqual([422, "Keep me"])
    expect(page.one("#field-images-error").text).toContain(sentence)
  }
  expect(pages.loops.shelf.size).toBe(0)
})
