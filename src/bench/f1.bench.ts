import { shellWord } from "../lib/shell-word.ts"
import { urls } from "../lib/urls.ts"
import { diffNow, insideEnvironment, statusNow } from "../platform/git/inside-changes.ts"
import { listUndo, whereGitLies } from "../platform/git/inside-undo.ts"
import type { Bench } from "./harness/bench.ts"
import { type BareShell, bareShell } from "./harness/inside.ts"
import { memoryOf } from "./harness/proc.ts"
import { until } from "./harness/programs.ts"
import { timed } from "./harness/visitor.ts"
import { createWorking, type Working } from "./harness/working.ts"

const entries = 10_000
const changed = 300
const large = 256 << 20

/** A file of a mebibyte, a long folder, a large file, and a repository with many changes. */
const tree = [
  "head -c 1048576 /dev/urandom | base64 -w 100 | head -c 1048576 > one.txt",
  `head -c ${large} /dev/zero > large.bin`,
  `mkdir many && (cd many && seq -f 'file-%06g.txt' ${entries} | xargs touch)`,
  "mkdir repo",
  `(cd repo && git init -q . && git config user.email a@b.c && git config user.name a &&
    for n in $(seq ${changed}); do seq 40 > f$n.txt; done; git add . && git commit -qm first &&
    for n in $(seq ${changed}); do echo changed >> f$n.txt; done)`,
]

/** Files and changes as their panels show them, beside the same commands over a bare pipe. */
export const bench: Bench = {
  ids: ["F1", "F2"],
  async run(world) {
    const working = await createWorking(world, { env: { LOOPAT_SESSION_IDLE_MS: "500" } })
    const loop = await working.loop("one turn")
    await until("the turn has ended", async () => (await working.ended(loop)) > 0, { timeoutMs: 120_000 })
    const container = await working.container(loop)
    const shell = world.stack.use(bareShell(container, `/loopat/loop/${loop}/workdir`))
    await shell.run(tree.join("\n"))
    await files(world, { working, loop, shell })
    await shell.run("mv many large.bin one.txt ~ && mv repo/.git repo/* . && rmdir repo")
    await changes(world, { working, loop, shell })
  },
}

type World = Parameters<Bench["run"]>[0]
interface Place {
  working: Working
  loop: string
  shell: BareShell
}

async function ask({ working }: Place, path: string) {
  const answer = await timed(() => working.server.visitor.get(path))
  if (answer.response.status !== 200) throw new Error(`${path} answers ${answer.response.status}`)
  return answer
}

async function files({ report, ratio }: World, place: Place): Promise<void> {
  const { loop, shell, working } = place
  const folder = urls.loopFiles(loop, { path: "many" })
  const first = await ask(place, folder)
  report.count("F1", "bytes of the first answer", first.body.length)
  const walls: number[] = []
  const ours = (path: string) => async () => {
    walls.push((await ask(place, path)).all)
    return walls.at(-1) ?? 0
  }
  await ratio("F1", "a file over a bare pipe", {
    ours: ours(urls.loopFileDownload(loop, "one.txt")),
    bare: () => shell.run("cat one.txt"),
  })
  await ratio("F1", "a folder over a bare pipe", { ours: ours(folder), bare: () => shell.run("ls -f many") })
  report.wall("F1", "first answer", walls)
  const { server } = working
  const before = (await memoryOf(server.pid)).resident
  const stalled = await server.visitor.stream(urls.loopFileDownload(loop, "large.bin"), { stalled: true })
  await Bun.sleep(3_000)
  report.count("F1", "bytes held of a large file", Math.max(0, (await memoryOf(server.pid)).resident - before))
  stalled.close()
}

async function changes({ report, ratio }: World, place: Place): Promise<void> {
  const { loop, shell } = place
  const path = urls.loopChanges(loop)
  const { body } = await ask(place, path)
  const commands = asLine(
    [statusNow, listUndo, whereGitLies, diffNow({ sides: { kind: "since", base: "HEAD" } })],
    loop,
  )
  const missing = Array.from({ length: changed }, (_, n) => `f${n + 1}.txt`).filter((name) => !body.includes(name))
  report.count("F2", "files that the first answer leaves out", missing.length)
  const walls: number[] = []
  await ratio("F2", "the same git commands alone", {
    slow: true,
    async ours() {
      walls.push((await ask(place, path)).all)
      return walls.at(-1) ?? 0
    },
    bare: () => shell.run(commands),
  })
  report.wall("F2", "300 files", walls)
}

/** The very commands that the panel runs, for a shell, as it runs them. */
function asLine(commands: readonly (readonly string[])[], loop: string): string {
  const variables = Object.entries(insideEnvironment(`/loopat/loop/${loop}`)).map(([name, value]) => `${name}=${value}`)
  return commands.map((argv) => ["env", ...variables, ...argv].map(shellWord).join(" ")).join("; ")
}
