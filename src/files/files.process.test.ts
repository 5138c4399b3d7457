import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { urls } from "../lib/urls.ts"
import type { LoopId } from "../lib/ids.ts"
import type { Box } from "../sandbox/index.ts"
import { type FilePages, filePages, measured } from "../testing/file-pages.tsx"
import { pageOf, readHtml } from "../testing/html.ts"
import { until } from "../testing/link-world.ts"
import { person } from "../testing/loops.ts"
import { streamNews } from "../testing/stream-news.ts"

const alice = person("alice")
const bob = person("bob")

let world: FilePages
let loop: LoopId
let box: Box

beforeAll(async () => {
  world = await filePages()
  loop = await world.loop()
  box = await world.box(loop)
}, 60_000)
afterAll(() => world[Symbol.asyncDispose](), 60_000)

const inside = async (line: string) => (await box.capture({ argv: ["sh", "-c", line] }, { timeoutMs: 60_000 })).stdout
const open = (path: string, more = {}, user = alice) => world.as(user).get(urls.loopFiles(loop, { path, ...more }))
const textOf = async (path: string) => new TextDecoder().decode(await box.files.read("workdir", path))

describe("a file", () => {
  test("is found in its folder, read by everybody who sees the loop, and changed by the driver", async () => {
    await inside("mkdir -p src && printf 'const a = 1\\n' >src/a.ts && chmod 755 src/a.ts")
    const folder = await pageOf(await open(""))
    expect(folder.one(".entry-name .cut").text).toBe("src")
    expect(folder.one('[role="tab"][aria-selected="true"]').text).toBe("Files")
    const read = await pageOf(await open("src/a.ts", {}, bob))
    expect(read.one(".file-text").text).toContain("const a = 1")
    expect(read.all(".panel form[method=post]")).toHaveLength(0)

    const edit = await pageOf(await open("src/a.ts", { edit: 1 }))
    const version = edit.one('input[name="version"]').attributes.value ?? ""
    const saved = await world
      .as(alice)
      .post(urls.loopFileSave(loop), { path: "src/a.ts", version, text: "const a = 2\r\n" })
    expect([saved.status, saved.headers.get("location")]).toEqual([303, urls.loopFiles(loop, { path: "src/a.ts" })])
    expect(await inside("cat src/a.ts; stat -c %a src/a.ts; ls -A src")).toBe("const a = 2\n755\na.ts\n")
    const refused = await world.as(bob).post(urls.loopFileSave(loop), { path: "src/a.ts", version, text: "mine" })
    expect(refused.status).toBe(403)
  })
})

describe("a changed file", () => {
  test("is made, renamed and deleted, and nothing of another name is ever replaced", async () => {
    const post = async (url: string, form: Record<string, string>) => (await world.as(alice).post(url, form)).status
    const make = (name: string, kind: string) => post(urls.loopFileNew(loop), { folder: "", name, kind })
    expect([await make("new", "folder"), await make("new", "file"), await make("../x", "file")]).toEqual([
      303, 409, 422,
    ])
    expect(await make("made.txt", "file")).toBe(303)
    const move = (to: string) => post(urls.loopFileMove(loop), { path: "made.txt", to })
    await inside("echo x >both.txt")
    expect([await move("both.txt"), await move("none/x"), await move("../out"), await move("new/moved.txt")]).toEqual([
      ...[409, 404, 422, 303],
    ])
    await inside("touch new/a new/b")
    const asked = await pageOf(await world.as(alice).get(urls.loopFileDelete(loop, "new")))
    expect(asked.one(".panel-notice").text).toContain("The folder and 3 things in it")
    expect(asked.one(".panel-notice").text).toContain("This cannot be undone")
    // Who was not told that it is lost for good is asked first.
    expect(await post(urls.loopFileDelete(loop), { path: "new" })).toBe(200)
    expect(await inside("ls new")).toContain("moved.txt")
    expect(await post(urls.loopFileDelete(loop), { path: "new", loss: "lost" })).toBe(303)
    expect(await post(urls.loopFileDelete(loop), { path: "" })).toBe(422)
    expect(await inside("ls -d new 2>&1; ls both.txt")).toContain("both.txt")
  })
})

test("a folder says what git sees of it, and leaves out what is ignored unless all is wanted", async () => {
  await inside(
    "mkdir -p repo/src repo/out && cd repo && git init -q . && echo out >.gitignore && echo a >src/a && echo b >b && git add . && git -c user.name=x -c user.email=x@y commit -qm x && echo c >b && echo d >src/new && echo e >c && echo f >out/f",
  )
  const listed = async (path: string, more = {}, user = alice) => {
    const page = await pageOf(await open(path, more, user))
    return [".entry-name .cut", ".entry-mark"].map((what) => page.all(what).map(({ text }) => text))
  }
  const names = ["src", ".gitignore", "b", "c"]
  expect(await listed("repo", {}, bob)).toEqual([names, ["changes inside", "changed", "new"]])
  expect(await listed("repo", { hidden: 1 })).toEqual([
    ["out", ...names],
    ["ignored", "changes inside", "changed", "new"],
  ])
  expect(await listed("repo/src")).toEqual([["a", "new"], ["new"]])
  expect(await listed("repo/out")).toEqual([["f"], []])
})

describe("what is sent up and down", () => {
  const form = (files: Record<string, string>, more: Record<string, string> = {}) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(more)) data.append(name, value)
    for (const [name, text] of Object.entries(files)) data.append("file", new File([text], name))
    return data
  }
  const send = (data: FormData) => world.upload(alice, urls.loopFileUpload(loop, "up"), data)

  test("files are stored in their folder, and one of the same name is replaced only when that was said", async () => {
    await inside("mkdir up")
    expect((await send(form({ "a.txt": "first", "税率.md": "zweite\r\n--x\r\n" }))).status).toBe(200)
    expect([await textOf("up/a.txt"), await textOf("up/税率.md")]).toEqual(["first", "zweite\r\n--x\r\n"])
    const again = await send(form({ "a.txt": "second", "b.txt": "new" }))
    expect(again.status).toBe(409)
    expect((await pageOf(again)).one('[role="alert"]').text).toContain("a.txt")
    expect([await textOf("up/a.txt"), await textOf("up/b.txt")]).toEqual(["first", "new"])
    expect((await send(form({ "a.txt": "second" }, { replace: "1" }))).status).toBe(200)
    expect(await textOf("up/a.txt")).toBe("second")
  })

  test("a name that leads elsewhere is refused, and the others of the form are stored", async () => {
    const before = await inside("ls -A ..")
    const sent = await send(form({ "../out.txt": "x", "/etc/x": "x", "a//b": "x", "deep/er/ok.txt": "fine" }))
    expect(sent.status).toBe(422)
    expect(await textOf("up/deep/er/ok.txt")).toBe("fine")
    expect(await inside("ls -A ..")).toBe(before)
    expect((await world.upload(bob, urls.loopFileUpload(loop, ""), form({ "b.txt": "x" }))).status).toBe(403)
  })

  test("a file comes down as it is, and a folder as an archive with links as links", async () => {
    await inside(
      "mkdir -p down && head -c 3000000 /dev/urandom >down/big && ln -s /etc/passwd down/link && sha256sum <down/big >sum",
    )
    const file = await world.as(bob).get(urls.loopFileDownload(loop, "down/big"))
    expect(file.headers.get("content-disposition")).toBe(`attachment; filename="big"; filename*=UTF-8''big`)
    const bytes = new Uint8Array(await file.arrayBuffer())
    expect(new Bun.CryptoHasher("sha256").update(bytes).digest("hex")).toBe((await textOf("sum")).slice(0, 64))
    const folder = await world.as(bob).get(urls.loopFileDownload(loop, "down"))
    const tar = Bun.spawn(["tar", "-tv"], { stdin: await folder.blob(), stdout: "pipe" })
    const listed = await new Response(tar.stdout).text()
    expect(listed).toContain("down/big")
    expect(listed).toContain("down/link -> /etc/passwd")
    expect((await world.as(bob).get(urls.loopFileDownload(loop, "none"))).status).toBe(404)
  })

  test("an image is shown by the type of its bytes, and nothing else is", async () => {
    await inside("printf '\\211PNG\\r\\n\\032\\n0000' >dot.html && printf '<script>alert(1)</script>' >page.png")
    const image = await world.as(bob).get(urls.loopFileImage(loop, "dot.html"))
    expect(image.headers.get("content-type")).toBe("image/png")
    expect(image.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'")
    expect(image.headers.get("x-content-type-options")).toBe("nosniff")
    await image.arrayBuffer()
    expect((await world.as(bob).get(urls.loopFileImage(loop, "page.png"))).status).toBe(404)
    expect((await pageOf(await open("page.png", {}, bob))).has("script[src='x']")).toBe(false)
  })
})

test("a text of up to five MiB is shown whole, as plain text and as it is; a longer one by its ends", async () => {
  await inside(
    "yes 'a <b>line</b> & ü' | head -c 3000000 >long.txt && printf '\\000end' >>long.txt && yes x | head -c 6000000 >longer.txt",
  )
  const page = await (await open("long.txt", {}, bob)).text()
  const text = readHtml(page).one(".file-text").text
  expect([text.length > 2_500_000, text.startsWith("a <b>line</b> & ü a <b>"), text.endsWith("\ufffdend")]).toEqual([
    ...[true, true, true],
  ])
  expect(page.includes("<b>")).toBe(false)
  expect(readHtml(page).all(".hljs")).toHaveLength(0)
  expect((await pageOf(await open("longer.txt"))).all(".file-text")).toHaveLength(2)
})

test("files are found by the letters of their name and by what stands in them", async () => {
  await inside(
    "mkdir -p lib/deep node_modules/x && echo 'the needle is here' >lib/deep/haystack.txt && cp lib/deep/haystack.txt node_modules/x/",
  )
  const found = async (q: string, where: "name" | "text") =>
    (await pageOf(await world.as(bob).get(urls.loopFilesFind(loop, { q, in: where }))))
      .all(".found-line a")
      .map(({ text }) => text)
  expect(await found("hayst", "name")).toEqual(["lib/deep/haystack.txt"])
  expect(await found("ldh", "name")).toContain("lib/deep/haystack.txt")
  expect(await found("needle is", "text")).toEqual(["lib/deep/haystack.txt"])
  await inside("printf 'a.*[x]{}$1\\\\n\\n' >odd-pattern")
  expect(await found("a.*[x]{}$1\\n", "text")).toEqual(["odd-pattern"])
  expect(await found("--help", "text")).toEqual([])
  expect(await found("nothing has this", "name")).toEqual([])
})

test("a stopped and an archived loop are read by its viewers, and nobody writes there", async () => {
  const resting = await world.loop()
  const own = await world.box(resting)
  await own.files.write("workdir", "kept.txt", "still here")
  await own.files.write("home", "secret.txt", "only the driver's")
  await world.boxes.sandboxes.stop(resting, "test")
  const see = async (path: string) => world.as(bob).get(urls.loopFiles(resting, { path }))
  expect((await pageOf(await see("kept.txt"))).one(".file-text").text).toContain("still here")
  expect(world.boxes.sandboxes.running(resting)).toBeUndefined()
  for (const path of ["../home/secret.txt", "/home/loopat/secret.txt"]) expect((await see(path)).status).toBe(422)
  await world.world.loops.archive(resting, alice)
  expect((await pageOf(await see("kept.txt"))).one(".file-text").text).toContain("still here")
  const write = await world.as(alice).post(urls.loopFileNew(resting), { folder: "", name: "x", kind: "file" })
  expect(write.status).toBe(409)
})

test("a sandbox that is killed in the middle of a save leaves the old file, and nothing else of the save in the list", async () => {
  const doomed = await world.loop()
  const first = await world.box(doomed)
  await first.files.write("workdir", "precious.txt", "old")
  const begun = Promise.withResolvers<void>()
  let sent = 0
  const content = new ReadableStream<Uint8Array>({
    async pull(controller) {
      controller.enqueue(new Uint8Array(64 << 10))
      if (++sent === 20) begun.resolve()
      if (sent > 20) first.gone.throwIfAborted()
    },
  })
  const saving = first.files.put("workdir", "precious.txt", { content }).catch((error: unknown) => error)
  await begun.promise
  const name = await world.boxes.podman("ps", "--quiet", `--filter=label=loopat.loop=${doomed}`)
  await world.boxes.podman("kill", name.trim())
  expect(await saving).toBeInstanceOf(Error)
  await until("the sandbox is known to be gone", () => world.boxes.sandboxes.running(doomed) === undefined)
  const second = await world.box(doomed)
  expect(new TextDecoder().decode(await second.files.read("workdir", "precious.txt"))).toBe("old")
  expect((await second.files.list("workdir", "")).entries.map(({ name: one }) => one)).toEqual(["precious.txt"])
}, 60_000)

test("the first answer for a folder of 10,000 and a file of 2 GiB is small, and a download is never held whole", async () => {
  await inside(
    "mkdir -p wide && cd wide && seq 1 10000 | xargs touch && truncate -s 2G ../huge.txt && printf beginning | dd of=../huge.txt conv=notrunc status=none",
  )
  await measured(world, loop, "wide")
  const answers = [await measured(world, loop, "wide"), await measured(world, loop, "huge.txt")]
  console.log(`first answers ${JSON.stringify(answers)}`)
  for (const { path, packed } of answers) expect([path, packed < 200]).toEqual([path, true])
  const before = process.memoryUsage().rss
  let bytes = 0
  let most = 0
  const download = await world.as(bob).get(urls.loopFileDownload(loop, "huge.txt"))
  for await (const piece of download.body ?? []) {
    bytes += piece.length
    if (bytes % (32 << 20) < piece.length) most = Math.max(most, process.memoryUsage().rss - before)
    // Enough to see; whoever leaves in the middle ends the reading.
    if (bytes > 320 << 20) break
  }
  console.log(`downloaded ${bytes >> 20} MiB, ${most >> 20} MiB more memory at most`)
  expect(most).toBeLessThan(256 << 20)
}, 120_000)

test("what changes between a page of files and its stream is shown all the same", async () => {
  await inside("mkdir followed && echo one >followed/a.txt")
  const pages = await Promise.all(["followed", "followed/a.txt"].map(async (path) => pageOf(await open(path))))
  await inside("echo new >followed/late.txt && echo two >followed/a.txt")
  const streams = await Promise.all(pages.map((page) => streamNews(world.as(alice), page)))
  await until("the folder shows the new file", () => streams[0]?.news().includes("late.txt") ?? false)
  await until("the file is said to have changed", () => streams[1]?.news().includes("hx-partial") ?? false)
  await Promise.all(streams.map((stream) => stream.end()))
})
