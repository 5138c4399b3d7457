import { expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { outsideUrls } from "../lib/outside-urls.ts"
import { contextWorld } from "../testing/context-world.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { tempFolder } from "../testing/temp-folder.ts"

test("an open page shows by itself that its home outside cannot be reached, that both came apart, and that they are in step", async () => {
  await using folder = await tempFolder()
  await using world = await contextWorld({ config: { context: { notes: { remote: `${folder.path}/outside` } } } })
  await world.save("admin", "notes", { path: "plan.md", text: "one\n" })
  const url = contextUrls.events({ shelf: "notes", path: "plan.md" })
  const other = (await world.as("member").get(contextUrls.events({ shelf: "knowledge", path: "" }))).body?.getReader()
  const reader = (await world.as("member").get(url)).body?.getReader()
  let said = ""
  /** What stands on the page once it says so. */
  const shows = async (words: string): Promise<void> => {
    for (said = ""; !said.includes(words);) {
      const read = await reader?.read()
      if (!read || read.done) throw new Error(`the stream ended with ${said}`)
      said += new TextDecoder().decode(read.value)
    }
  }
  await shows('data-outside="not-outside"')
  const outside = await outsideRepository(`${folder.path}/outside`, { "plan.md": "other\n" })
  await outside.git("config", "receive.denyCurrentBranch", "ignore")
  await world.as("admin").post(outsideUrls.retry("notes"), {})
  await shows('data-outside="diverged"')
  expect(said).toContain('hx-target="#context-outside"')
  await world.git("notes", "fetch", "--quiet", `${folder.path}/outside`, "HEAD")
  const author = ["-c", "user.name=a", "-c", "user.email=a@x"]
  const both = ["-p", "main", "-p", "FETCH_HEAD", "main^{tree}"]
  const joined = await world.git("notes", ...author, "commit-tree", "-m", "Join both", ...both)
  await world.git("notes", "update-ref", "refs/heads/main", joined.trim())
  await world.as("admin").post(outsideUrls.retry("notes"), {})
  await shows('id="context-outside" role="status"></div>')
  // Nobody is told of a context that he does not look at.
  await other?.cancel()
  await reader?.cancel()
}, 30_000)

test("where somebody writes, news stands below the text, and elsewhere above it", async () => {
  await using world = await contextWorld()
  await world.save("admin", "notes", { path: "plan.md", text: "one\n" })
  const order = async (view: "edit" | undefined) => {
    const page = await (await world.as("member").get(contextUrls.shelf("notes", { path: "plan.md", view }))).text()
    const [news, article] = [page.indexOf('id="context-outside"'), page.indexOf("<article")]
    expect(Math.min(news, article)).toBeGreaterThan(0)
    return news > article
  }
  expect([await order(undefined), await order("edit")]).toEqual([false, true])
})
