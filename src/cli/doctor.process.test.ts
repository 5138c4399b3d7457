import { expect, test } from "bun:test"
import { mkdir, readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { startServer, until } from "../e2e/harness.ts"
import { testBaseImage } from "../testing/base-image.ts"
import { testClient } from "../testing/client.ts"
import { readHtml } from "../testing/html.ts"
import { throwAwayUser } from "../testing/throw-away-user.ts"
import type { FindingView } from "../../views/props/system.ts"

const executable = join(import.meta.dir, "../../dist/loopat")

/** Asked once: it takes podman several calls. */
const image = testBaseImage()

type Found = Record<string, FindingView | undefined>
const foundIn = (text: string): Found => {
  const views: FindingView[] = JSON.parse(text)
  return Object.fromEntries(views.map((view) => [view.id, view]))
}

async function ask(home: string, port: string, env: Record<string, string> = {}) {
  const passed = ["PATH", "HOME", "CONTAINERS_CONF", "XDG_RUNTIME_DIR"].flatMap((name) =>
    process.env[name] ? [[name, process.env[name]]] : [],
  )
  const child = Bun.spawn([executable, "doctor", "--json", "--home", home, "--port", port], {
    env: {
      ...Object.fromEntries(passed),
      LOOPAT_SANDBOX_IMAGE: await image,
      LOOPAT_CLAUDE_BIN: "/bin/true",
      ...env,
    },
    stdout: "pipe",
  })
  const found = foundIn(await new Response(child.stdout).text())
  return { code: await child.exited, found }
}

/** Everything below a folder with its time of change, but what servers write while they run. */
const standOf = async (home: string) => {
  const names = (await readdir(home, { recursive: true })).filter((name) => !/\.sock$|^audit/.test(name)).sort()
  return Promise.all(names.map(async (name) => `${name} ${(await stat(join(home, name))).mtimeMs}`))
}

test("the doctor is green beside a server that is ready and after it, red without podman on the PATH, and only looks", async () => {
  await using server = await startServer({ env: { LOOPAT_CLAUDE_BIN: "/bin/true" } })
  const { port } = new URL(server.url)
  await until("the server is ready", async () => (await fetch(`${server.url}/readyz`)).ok || undefined)
  const before = await standOf(server.home)
  const beside = await ask(server.home, port)
  expect(beside).toMatchObject({ code: 0, found: { image: { state: "ok" }, agent: { state: "ok" } } })
  expect(beside.found["lock"]?.sentence).toContain(`${server.pid}`)
  expect(beside.found["port"]).toMatchObject({ state: "ok", sentence: `A server answers at 127.0.0.1:${port}.` })
  const without = await ask(server.home, port, { PATH: "/nowhere" })
  expect(without).toMatchObject({ code: 3, found: { podman: { state: "blocking" }, ids: { state: "waiting" } } })
  expect(without.found["podman"]?.command).toContain("apt-get install podman")
  expect(await standOf(server.home)).toEqual(before)
  expect(await server.stop()).toBe(0)
  const after = await ask(server.home, port)
  expect(after.code).toBe(0)
  expect(after.found["lock"]?.sentence).toContain("None runs")
  expect(after.found["port"]?.sentence).toContain("is free")
})

test("with podman but no subordinate ids, doctor and System page say which and name the command, and the fix works", async () => {
  await using user = await throwAwayUser()
  const program = await user.copy(executable)
  const tag = "localhost/doctor-test:1"
  const env = { LOOPAT_SANDBOX_IMAGE: tag, LOOPAT_CLAUDE_BIN: "/bin/true" }
  const home = join(user.home, "workspace")
  const examine = async () => {
    const { code, out } = await user.run([program, "doctor", "--json", "--home", home, "--port", "0"], { env })
    return { code, found: foundIn(out) }
  }
  const first = await examine()
  expect(first).toMatchObject({ code: 3, found: { podman: { state: "ok" }, ids: { state: "blocking" } } })
  const command = first.found["ids"]?.command ?? ""
  expect(command).toMatch(
    /^sudo usermod --add-subuids (\d+-\d+) --add-subgids \1 "\$\(id -un \d+\)" && podman system migrate$/,
  )

  await using server = user.start([program, "serve", "--home", home, "--port", "0", "--no-keep", "--log", "text"], {
    env,
  })
  const url = await until("it prints its address", () => /pages\s+(http:\/\/\S+)/.exec(server.printed())?.[1])
  const password = "correct horse battery"
  const added = await user.run([program, "user", "add", "ada", "--admin", "--home", home], { typed: `${password}\n` })
  expect(added.out).toBe("added\n")
  const browser = testClient({ handle: (request) => fetch(request, { redirect: "manual" }) }, { origin: url })
  await browser.post("/sign-in", { name: "ada", password })
  const row = async (id: string) => {
    const page = readHtml(await (await browser.get("/settings/system")).text())
    const state = page.one(`[data-finding=${id}]`).attributes["data-state"]
    return { state, command: page.all(`[data-finding=${id}] .command`)[0]?.text }
  }
  await until("podman was asked", async () => (await row("ids")).state !== "waiting" || undefined)
  expect([await row("podman"), await row("ids")]).toEqual([
    { state: "ok", command: undefined },
    { state: "blocking", command },
  ])
  expect((await (await fetch(`${url}/readyz`)).text()).split("\n")).toContain("podman")

  const [asRoot = "", asUser = ""] = command.split(" && ")
  await user.asRoot(["sh", "-c", asRoot.replace(/^sudo /, "")])
  expect((await user.run(asUser.split(" "))).code).toBe(0)
  await mkdir(join(user.home, "root"))
  await user.asRoot(["tar", "-C", user.home, "-cf", join(user.home, "root.tar"), "root"])
  expect((await user.run(["podman", "import", join(user.home, "root.tar"), tag])).code).toBe(0)
  await browser.post("/settings/system/check")
  expect([await row("podman"), await row("ids")]).toMatchObject([{ state: "ok" }, { state: "ok" }])
  await until("the server is ready", async () => (await fetch(`${url}/readyz`)).ok || undefined)
  expect(await examine()).toMatchObject({ code: 0, found: { ids: { state: "ok" }, image: { state: "ok" } } })
})
