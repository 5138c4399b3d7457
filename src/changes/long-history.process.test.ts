import { expect, test } from "bun:test"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { changesWorld } from "../testing/changes-world.ts"
import { pageOf } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"

type World = Awaited<ReturnType<typeof changesWorld>>

const commits = 10_000

/** In the working folder, as its own programs would. */
async function run(w: World, script: string): Promise<string> {
  const { code, stdout, stderr } = await w.box.capture({ argv: ["sh", "-euc", script] }, { timeoutMs: 60_000 })
  if (code !== 0) throw new Error(stderr)
  return stdout
}

async function longHistory(w: World): Promise<void> {
  const stream = Array.from({ length: commits }, (_, at) => {
    const message = `Step ${at + 1}`
    return `commit refs/heads/main\ncommitter A <a@b> ${1_700_000_000 + at} +0000\ndata ${message.length}\n${message}\n`
  })
  await w.write("import", stream.join(""))
  await run(w, "git fast-import --quiet <import; git symbolic-ref HEAD refs/heads/main; rm import")
}

test("of ten thousand commits a page shows the newest fifty and leads to older ones, down to the first", async () => {
  await using w = await changesWorld()
  await longHistory(w)
  const page = async (at: Parameters<typeof urls.loopHistory>[1] = {}) => {
    const answer = await w.alice.get(urls.loopHistory(w.loop, at))
    expect(answer.status).toBe(200)
    return pageOf(answer)
  }
  const steps = (one: Awaited<ReturnType<typeof page>>) => one.one("body").text.match(/Step \d+/g) ?? []
  const first = await page()
  expect(new Set(steps(first))).toEqual(new Set(Array.from({ length: 50 }, (_, at) => `Step ${commits - at}`)))
  const older = urls.loopHistory(w.loop, { skip: 50 })
  expect(first.all("a").map(({ attributes }) => attributes["href"])).toContain(older)
  const last = await page({ skip: commits - 50 })
  expect(steps(last)).toContain("Step 1")
  expect(last.all("a").map(({ attributes }) => attributes["href"])).not.toContain(
    urls.loopHistory(w.loop, { skip: commits }),
  )
  expect(steps(await page({ text: "Step 42 " }))).toEqual([])
}, 60_000)

test("a git that hangs is given up, the page says so with a way to try again, and the git is ended", async () => {
  await using w = await changesWorld()
  // Whoever reads the names of branches waits for somebody to write.
  await run(
    w,
    "git -c user.name=A -c user.email=a@b commit -q --allow-empty -m First; rm -f .git/packed-refs; mkfifo .git/packed-refs",
  )
  const answer = await w.alice.get(urls.loopHistory(w.loop))
  expect(answer.status).toBe(503)
  const page = await pageOf(answer)
  expect(page.one("body").text).toContain("did not answer in time")
  expect(page.all("a").map(({ attributes }) => attributes["href"])).toContain(urls.loopHistory(w.loop))
  const here = join(w.folder, "workdir")
  const gits = `for one in /proc/[0-9]*; do [ "$(readlink $one/cwd)" != '${here}' ] || cat $one/comm; done 2>/dev/null`
  await until("no git is left", async () => !(await run(w, gits)).includes("git"))
  await run(w, "rm .git/packed-refs")
  expect((await w.alice.get(urls.loopHistory(w.loop))).status).toBe(200)
}, 60_000)
