import { join } from "node:path"
import type { Bench } from "./harness/bench.ts"
import { output } from "./harness/programs.ts"
import { numbers, sentence } from "./harness/seeds.ts"
import type { Server } from "./harness/server.ts"

const documents = 50_000
const folders = 400
const needle = "quokkaberry"

/** A repository of 50,000 documents: its pages, and a search in all of it against git's own. */
export const bench: Bench = {
  ids: ["Q2"],
  async run(world) {
    const { report, folder, quick } = world
    const count = quick ? documents / 10 : documents
    if (quick) report.leftOut("Q2", "50,000 documents", "a tenth of them, with --quick")
    const home = join(folder, "home")
    const config = { id: crypto.randomUUID(), name: "Bench", repos: [{ name: "app", access: "hosted" }] }
    const server = await world.server({ home, config })
    await server.enter()
    // Every repository is made when it is first looked at.
    for (const page of ["/context", "/context/code/app"]) await timeOf(server, page)
    const repository = join(home, "repos/notes.git")
    for (const one of [repository, join(home, "repos/code/app.git")]) await fill(one, count)

    report.wall("Q2", "the first page of all", [await timeOf(server, "/context/notes?path=folder1")])
    const found = `/context/search?q=${needle}`
    const counted = await server.counted(() => timeOf(server, found))
    report.count("Q2", "processes", counted.value("processes_total"))
    const walls: number[] = []
    await world.ratio("Q2", "git grep over the same commit", {
      async ours() {
        const ms = await timeOf(server, found)
        walls.push(ms)
        return ms
      },
      async bare() {
        const begun = performance.now()
        await output(["git", `--git-dir=${repository}`, "grep", "-F", "-c", needle, "main"])
        return performance.now() - begun
      },
    })
    report.wall("Q2", "first page of a search", walls)
    const pages = ["/context/notes?path=folder1%2FPage+1.md", "/context/notes?path=folder2"]
    report.wall("Q2", "a page", (await Promise.all(pages.map((page) => timesOf(server, page)))).flat())
    const code = "/context/code/app?path=folder1%2FPage+1.md"
    report.wall("Q2", "a page of code", await timesOf(server, code))
    report.wall("Q2", "the history of a file of code", await timesOf(server, `${code}&view=history`))
    report.wall("Q2", "switcher", await timesOf(server, "/context/switch?q=p4321"))
  },
}

/** Milliseconds until the whole page is there. */
async function timeOf({ visitor }: Server, path: string): Promise<number> {
  const begun = performance.now()
  const answer = await visitor.get(path)
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`)
  if (path.includes(needle) && !text.includes(`a ${needle}`)) throw new Error("the word was not found")
  return performance.now() - begun
}

async function timesOf(server: Server, path: string): Promise<number[]> {
  const times: number[] = []
  for (let time = 0; time < 7; time++) times.push(await timeOf(server, path))
  return times
}

/** One commit with so many documents, each of which links to another. */
async function fill(repository: string, count: number): Promise<void> {
  const next = numbers(50)
  const files = Array.from({ length: count }, (_, index) => {
    const rare = index === count - 1 ? `a ${needle}` : ""
    const text = `# Page ${index}\n\nSee [[Page ${(index + 1) % count}]]. ${sentence(next, 60)} ${rare}\n`
    return `M 100644 inline folder${index % folders}/Page ${index}.md\ndata ${Buffer.byteLength(text)}\n${text}\n`
  })
  const head = "commit refs/heads/main\ncommitter x <x@x> 1700000000 +0000\ndata 4\nMany\nfrom refs/heads/main^0\n"
  const stdin = new Blob([head, ...files])
  const child = Bun.spawn(["git", `--git-dir=${repository}`, "fast-import", "--quiet"], { stdin })
  if ((await child.exited) !== 0) throw new Error("git fast-import failed")
}
