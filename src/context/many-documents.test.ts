import { expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { contextWorld } from "../testing/context-world.ts"

const count = 5_000

/** One commit with so many documents, each of which links to another, as a git fast-import stream. */
function stream(): string {
  const files = Array.from({ length: count }, (_, index) => {
    const text = `# Page ${index}\n\nSee [[Page ${(index + 1) % count}]] and [[Hub]]. #topic${index % 50}\n\n${"word ".repeat(60)}\n`
    return `M 100644 inline folder${index % 40}/Page ${index}.md\ndata ${Buffer.byteLength(text)}\n${text}\n`
  })
  const hub = "# Hub\n"
  const message = "Many"
  return [
    `commit refs/heads/main\ncommitter x <x@x> 1700000000 +0000\ndata ${message.length}\n${message}\nfrom refs/heads/main^0\n`,
    ...files,
    `M 100644 inline Hub.md\ndata ${hub.length}\n${hub}\n`,
  ].join("")
}

test("five thousand documents stay smooth: no program per page, bounded pages, and a change reads what changed", async () => {
  await using world = await contextWorld()
  // Every repository is made before programs are counted.
  await world.read("member", contextUrls.context())
  const folder = `${world.home}/repos/notes.git`
  const child = Bun.spawn(["git", `--git-dir=${folder}`, "fast-import", "--quiet"], { stdin: new Blob([stream()]) })
  expect(await child.exited).toBe(0)

  const took: Record<string, number> = {}
  const measured = async (name: string, url: string) => {
    const before = performance.now()
    const answer = await world.as("member").get(url)
    const text = await answer.text()
    took[name] = Math.round(performance.now() - before)
    expect([name, answer.status]).toEqual([name, 200])
    return text
  }
  await measured("first page, which reads all", contextUrls.shelf("notes", { path: "folder1/Page 1.md" }))
  const programs = await world.programs()
  const page = await measured("page", contextUrls.shelf("notes", { path: "folder1/Page 1.md" }))
  expect(page.match(/class="tree-row/g)?.length ?? 0).toBeLessThanOrEqual(400)
  expect(Bun.gzipSync(Buffer.from(page)).length).toBeLessThanOrEqual(30 * 1_024)
  const folders = await measured("folder", contextUrls.shelf("notes", { path: "folder1" }))
  expect(folders).toContain("Page 4961.md")
  expect(await measured("search", contextUrls.search({ q: "page 4321" }))).toContain("Page 4321.md")
  expect(await measured("switch", contextUrls.switch("p4321"))).toContain("Page 4321.md")
  await measured("topics", contextUrls.topics)
  expect(await world.programs()).toBe(programs)

  const hub = await measured("a page that all link to", contextUrls.shelf("notes", { path: "Hub.md" }))
  expect(hub.match(/class="backlink"/g)).toHaveLength(200)
  expect(hub).toContain("4800 more lines link here.")
  await world.save("admin", "notes", { path: "folder1/Page 1.md", text: "# Page 1\n" })
  await measured("page after a change", contextUrls.shelf("notes", { path: "folder2/Page 2.md" }))
  console.log(`${count} documents, milliseconds:`, JSON.stringify(took))
}, 60_000)
