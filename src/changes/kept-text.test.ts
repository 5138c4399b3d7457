import { expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf, readHtml } from "../testing/html.ts"

test("a commit message and a comment that no sandbox could take come back, and go through as they were once there is one", async () => {
  await using w = await changesWorld()
  const text = "\n  Say <why>\n\n- and how\n"
  const remark = { sight: "file=new.txt", path: "new.txt", side: "new", first: "1", last: "1", text }
  const commit = { sight: "", message: text, everything: "on" }
  for (const [address, fields] of [
    [urls.loopComments(w.loop), remark],
    [urls.loopCommit(w.loop), commit],
  ] as const) {
    w.place.away = "no-place"
    const refused = await w.alice.post(address, fields)
    expect([address, refused.status]).toEqual([address, 503])
    const markup = await refused.text()
    expect(readHtml(markup).one("form[aria-label='What you typed'] p").text).toContain("It is here, to be sent again.")
    const again = fieldsOf(markup)
    expect(again).toEqual({ action: address, fields: { ...fields } })
    delete w.place.away
    expect((await w.alice.post(again.action, again.fields)).status).toBeLessThan(400)
  }
  const { stdout } = await w.box.capture({ argv: ["git", "log", "--format=%B"] })
  expect(stdout).toContain("Say <why>\n\n- and how")
  // What holds nothing that was typed is simply tried again.
  w.place.away = "no-place"
  const plain = await pageOf(await w.alice.post(urls.loopStage(w.loop), { sight: "", path: "new.txt" }))
  expect(plain.has("form[aria-label='What you typed']")).toBe(false)
})

/** What a browser would send when the form is sent as it is: the first line break of a text is not part of it. */
function fieldsOf(markup: string): { action: string; fields: Record<string, string> } {
  const form = "form[aria-label='What you typed']"
  const page = readHtml(markup)
  const hidden = page.all(`${form} input[type='hidden']`).map(({ attributes }) => attributes)
  const [, name = "", raw = ""] = /<textarea name="(\w+)"[^>]*>\n([^]*?)<\/textarea>/.exec(markup) ?? []
  const text = raw.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
  const fields = hidden.map((one): [string, string] => [one["name"] ?? "", one["value"] ?? ""])
  return { action: page.one(form).attributes["action"] ?? "", fields: Object.fromEntries([...fields, [name, text]]) }
}
