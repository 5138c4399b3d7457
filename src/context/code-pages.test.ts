import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { contextUrls } from "../lib/context-urls.ts"
import { fetchCode } from "../testing/code-here.ts"
import { contextWorld } from "../testing/context-world.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { tempFolder } from "../testing/temp-folder.ts"

const hostile = "<img src=x onerror=alert(1)>"
const long = Array.from({ length: 4_500 }, (_, n) => `const line${n + 1} = ${n === 4_099 ? '"needle"' : n}\n`).join("")

let world: Awaited<ReturnType<typeof contextWorld>>
let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => {
  folder = await tempFolder()
  const files = {
    "src/long.ts": long,
    "src/hostile.md": `# ${hostile}\nneedle ${hostile}\n`,
    "src/deep/er/税.txt": "税率\r\nneedle\r\n",
    "src/tax.ts": 'export const rate = "19 %"\n',
    "picture.dat": "needle\0\x01",
    download: "a file that is called like an address\n",
    ".github/x.yml": "a: 1\n",
  }
  const { path } = await outsideRepository(`${folder.path}/outside`, files)
  world = await contextWorld({
    prepare: (home) => fetchCode(home, path, ["app", "picture"]),
    config: {
      repos: [
        { name: "app", git: path },
        { name: "picture", git: path },
        { name: "own", git: "https://example.org/own.git", access: "direct" },
        { name: "here", access: "hosted" },
      ],
    },
  })
}, 60_000)
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const statusOf = async (url: string) => (await world.as("member").get(url)).status

describe("code that is found", () => {
  test("leads to its line in a page of numbered lines, and no program is started to read it", async () => {
    const found = await world.read("member", contextUrls.search({ q: "needle", code: "app" }))
    const links = found.all("ul[aria-label='In the code of app'] a").map(({ attributes }) => attributes["href"] ?? "")
    expect(links).toEqual([
      contextUrls.code("app", { path: "src/deep/er/税.txt", line: 2 }),
      contextUrls.code("app", { path: "src/hostile.md", line: 2 }),
      contextUrls.code("app", { path: "src/long.ts", from: 4_000, line: 4_100 }),
    ])
    await world.read("member", contextUrls.code("app"))
    const before = await world.programs()
    const page = await world.read("member", links[2]?.split("#")[0] ?? "")
    const lines = page.all("pre.file-text .code-line")
    expect(lines.map(({ attributes }) => attributes["id"])).toEqual(
      Array.from({ length: 500 }, (_, n) => `L${4_001 + n}`),
    )
    expect(page.one("#L4100").text).toBe('const line4100 = "needle"')
    const ways = page.all("a.button").map(({ text, attributes }) => [text, attributes["href"]])
    expect(ways).toContainEqual(["Earlier lines", contextUrls.code("app", { path: "src/long.ts", from: 2_000 })])
    expect(ways.map(([text]) => text)).not.toContain("Later lines")
    expect(await world.programs()).toBe(before)
  })

  test("is in the colours of its language", async () => {
    const page = await world.read("member", contextUrls.code("app", { path: "src/tax.ts" }))
    expect(page.one("#L1 .hljs-string").text).toBe('"19 %"')
  })

  test("is text and nothing else, whatever stands in it", async () => {
    const url = contextUrls.code("app", { path: "src/hostile.md" })
    const answer = await (await world.as("member").get(url)).text()
    expect(answer).not.toContain(hostile)
    expect((await world.read("member", url)).one("#L2").text).toBe(`needle ${hostile}`)
  })
})

describe("a repository of code", () => {
  test("is a tree of which only the folders on the way are open, and is reached from the first page", async () => {
    const home = await world.read("member", contextUrls.context())
    const names = home.all(".topics a").map(({ text, attributes }) => [text, attributes["href"]])
    expect(names).toEqual(["app", "picture", "here"].map((name) => [name, contextUrls.code(name)]))
    const page = await world.read("member", contextUrls.code("app", { path: "src/deep" }))
    expect(page.all(".context-tree .tree-row").map(({ text }) => text.trim())).toEqual([
      ...["Foldersrc", "Folderdeep", "Folderer", "hostile.md", "long.ts", "tax.ts"],
      ...["download", "picture.dat", "Folder.github"],
    ])
    expect(page.all(".crumbs a").map(({ text }) => text)).toEqual(["Context", "app", "src", "deep"])
    expect(page.all(".entries a").map(({ attributes }) => attributes["href"])).toEqual([
      contextUrls.code("app", { path: "src/deep/er" }),
    ])
    expect(page.one("form[role='search'] input[name='code']").attributes["value"]).toBe("app")
  })

  test("is shown whatever it is called, and a file is sent whole and never as a page", async () => {
    expect((await world.read("member", contextUrls.code("picture"))).one("h1").text).toBe("picture")
    expect((await world.read("member", contextUrls.code("app", { path: "download" }))).one("#L1").text).toContain(
      "called like an address",
    )
    const sent = await world.as("member").get(contextUrls.codeDownload("app", { path: "src/deep/er/税.txt" }))
    expect(await sent.text()).toBe("税率\r\nneedle\r\n")
    expect(sent.headers.get("content-type")).toBe("application/octet-stream")
    expect(sent.headers.get("content-disposition")).toStartWith("attachment")
    const binary = await world.read("member", contextUrls.code("app", { path: "picture.dat" }))
    expect(binary.one("article").text).toContain("This is no text and no picture.")
    const hosted = await world.read("member", contextUrls.code("here"))
    expect(hosted.all(".entries a").length).toBeGreaterThan(0)
  })

  test("that each person clones alone, or that is none, is nothing, and neither is a path that leads out", async () => {
    for (const name of ["own", "unknown", "%2e%2e%2fapp", "app.git"])
      expect(await statusOf(contextUrls.code(name))).toBe(404)
    for (const path of ["../app", "src/../..", "/etc/passwd"])
      expect([path, await statusOf(contextUrls.code("app", { path }))]).toEqual([path, 422])
    for (const path of ["src", "none", "src/long.ts/x"])
      expect([path, await statusOf(contextUrls.codeDownload("app", { path }))]).toEqual([path, 404])
    expect(await statusOf(`${contextUrls.code("app")}?from=-1`)).toBe(422)
    const gone = await world.read("member", contextUrls.code("app", { path: "src/none.ts" }))
    expect(gone.one("h1").text).toBe("There is no “src/none.ts”")
    expect(await statusOf(contextUrls.code("app", { path: "src/none.ts" }))).toBe(404)
  })
})

test("code of which the server has nothing yet says how to get it", async () => {
  await using empty = await contextWorld({ config: { repos: [{ name: "app", git: "https://example.org/a.git" }] } })
  const page = await empty.read("member", contextUrls.code("app"))
  expect(page.one("article").text).toContain("Start a loop on it first.")
})
