import { expect, test } from "bun:test"
import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { type Client, testClient } from "../testing/client.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { type Server, startServer, until } from "./harness.ts"

const executable = join(import.meta.dir, "../../dist/loopat")

interface Said {
  code: number
  out: string
  err: string
}

/** One run of the compiled program, with what is typed on its standard input. */
async function command(home: string, args: string[], typed = ""): Promise<Said> {
  const child = Bun.spawn([executable, ...args], {
    env: { PATH: process.env["PATH"] ?? "", HOME: home, LOOPAT_HOME: home },
    stdin: new Blob([typed]),
    stdout: "pipe",
    stderr: "pipe",
  })
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { code, out, err }
}

/** A browser's part of HTTP against the running server. */
const browserOf = (server: Server, headers?: Record<string, string>): Client =>
  testClient({ handle: (request) => fetch(request, { redirect: "manual" }) }, { origin: server.url, headers })

const signIn = async (server: Server, name: string, password: string): Promise<number> =>
  (await browserOf(server).post("/sign-in", { name, password })).status

test("people are added, listed, promoted and given new passwords by command while the server runs and while none does", async () => {
  await using server = await startServer({ sandboxes: false })
  const { home } = server
  const user = (args: string[], typed?: string) => command(home, ["user", ...args], typed)
  expect(await user(["add", "ada", "--admin"], "correct horse battery\n")).toMatchObject({ code: 0, out: "added\n" })
  // The set-up is over for the running server, too.
  expect((await browserOf(server).get("/set-up")).headers.get("location")).toBe("/sign-in")
  expect(await signIn(server, "ada", "correct horse battery")).toBe(303)
  expect(await user(["add", "bob"], "short\n")).toMatchObject({ code: 1, err: expect.stringContaining("8 characters") })
  expect((await user(["add", "bob"], "long enough words\n")).code).toBe(0)
  expect(await user(["role", "ada", "member"])).toMatchObject({ code: 1, err: expect.stringContaining("last active") })

  const open = browserOf(server)
  await open.post("/sign-in", { name: "bob", password: "long enough words" })
  expect((await user(["password", "bob"], "brand new words\n")).out).toBe("changed\n")
  expect((await open.get("/loops")).headers.get("location")).toStartWith("/sign-in")
  expect(await signIn(server, "bob", "brand new words")).toBe(303)
  const mode = async (path: string) => ((await stat(join(home, path))).mode & 0o777).toString(8)
  expect([await mode("."), await mode("runtime"), await mode("runtime/control.sock")]).toEqual(["700", "700", "600"])

  // A socket left behind by a killed server is nobody's; the command then holds the home itself.
  await server.kill()
  expect((await user(["list"])).out).toBe("ada\tadmin\tactive\nbob\tmember\tactive\n")
  expect((await user(["role", "bob", "admin"])).code).toBe(0)
  await server.restart()
  expect((await user(["list"])).out).toContain("bob\tadmin")
  expect(await server.stop()).toBe(0)
  expect(await readdir(join(home, "runtime"))).not.toContain("control.sock")
  await server.restart()
  for (const wrong of [["nobody"], ["role", "ada", "king"], ["add"], ["list", "--sudo"], ["list", "x"]])
    expect((await user(wrong)).code).toBe(2)
})

test("two servers on one home: the second is refused with the first one's process, and changes nothing", async () => {
  await using server = await startServer({ sandboxes: false })
  const second = await command(server.home, ["serve", "--port", "0"])
  expect(second).toMatchObject({ code: 4, out: "" })
  expect(second.err).toContain(`another server holds ${server.home} (process ${server.pid})`)
  expect(second.err).toContain("--home")
  expect((await command(server.home, ["user", "list"])).code).toBe(0)
  await server.kill()
  await server.restart()
  expect((await fetch(`${server.url}/livez`)).status).toBe(200)
})

test("a file of accounts that does not parse is named to the command and to the server, and stays as it is", async () => {
  await using folder = await tempFolder()
  const broken = '{"version":1,"users":['
  await Bun.write(join(folder.path, "accounts/users.json"), broken)
  for (const args of [
    ["user", "list"],
    ["serve", "--port", "0"],
  ]) {
    const said = await command(folder.path, args)
    expect(said.code).toBe(78)
    expect(said.err).toContain("users.json")
    expect(said.err).toContain("Repair the file")
  }
  expect(await readFile(join(folder.path, "accounts/users.json"), "utf8")).toBe(broken)
})

test("no clear password, login token, form token or set-up token is found below the home, in the log or in the process list", async () => {
  await using server = await startServer({ sandboxes: false, args: ["--behind-proxy", "127.0.0.1", "--verbose"] })
  const token = /token:\s*(\S+)/.exec(server.output())?.[1] ?? ""
  expect(token).toMatch(/^(\w{4}-)+\w+$/)
  const person = { workspace: "Acme", name: "ada", password: "canary horse battery" }
  const browser = browserOf(server)
  expect((await browser.post("/set-up", { ...person, token: "wrong-canary-token" })).status).toBe(403)
  expect((await browser.post("/set-up", { ...person, token })).status).toBe(303)
  expect(await signIn(server, "ada", "wrong canary words")).toBe(401)
  // People type passwords into the wrong field.
  expect(await signIn(server, "canary-as-a-name", "x")).toBe(401)
  const adding = command(server.home, ["user", "add", "bob"], "another canary phrase\n")
  expect(await canariesInProcesses(["another canary phrase"])).toEqual([])
  expect((await adding).code).toBe(0)
  const login = browser.cookies.get("loopat_session") ?? ""
  expect(login).toHaveLength(43)
  const formToken = /name="formToken" value="([^"]+)"/.exec(await (await browser.get("/loops")).text())?.[1] ?? ""
  expect(formToken).not.toBe("")
  await browser.post("/loops", { clientId: "one", title: "Plan", formToken })

  const canaries = [person.password, "wrong canary words", "another canary phrase", "wrong-canary-token"]
  const all = [...canaries, "canary-as-a-name", token, token.replaceAll("-", ""), login, formToken]
  expect(await canariesBelow(server.home, ["ada"])).not.toEqual([])
  expect(await canariesBelow(server.home, all)).toEqual([])
  expect(await canariesInProcesses(all)).toEqual([])
  // The console is where the set-up token belongs, once, and nothing else.
  const printed = server.output()
  expect(printed.split(token)).toHaveLength(2)
  for (const canary of all.filter((one) => one !== token)) expect(printed).not.toContain(canary)

  await server.kill()
  await server.restart()
  expect((await browser.get("/loops")).status).toBe(200)
  expect(await canariesBelow(server.home, all)).toEqual([])
})

/** Files below a folder that hold one of these texts. */
async function canariesBelow(folder: string, canaries: string[]): Promise<string[]> {
  const patterns = canaries.flatMap((canary) => ["-e", canary])
  const found = Bun.spawnSync([
    "grep",
    "--recursive",
    "--files-with-matches",
    "--fixed-strings",
    "--binary-files=text",
    ...patterns,
    folder,
  ])
  return found.stdout.toString().split("\n").filter(Boolean)
}

/** Command lines and environments of this machine that hold one of these texts. */
async function canariesInProcesses(canaries: string[]): Promise<string[]> {
  const found: string[] = []
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  for (const id of ids) {
    for (const file of ["cmdline", "environ"]) {
      const text = await readFile(`/proc/${id}/${file}`, "latin1").catch(() => "")
      if (canaries.some((canary) => text.includes(canary))) found.push(`${id}/${file}`)
    }
  }
  return found
}

test("signing out closes every open page of that login at once, and nobody else's", async () => {
  await using server = await startServer({ sandboxes: false })
  await command(server.home, ["user", "add", "ada", "--admin"], "correct horse battery\n")
  const [here, there] = [browserOf(server), browserOf(server)]
  for (const browser of [here, there])
    await browser.post("/sign-in", { name: "ada", password: "correct horse battery" })
  const created = await here.post("/loops", { clientId: "one", title: "Plan" })
  const loop = created.headers.get("location") ?? ""
  const ended = new Map<string, boolean>()
  const open = async (name: string, browser: Client, path: string) => {
    const response = await browser.get(path, { accept: "text/event-stream", "sec-fetch-site": "same-origin" })
    expect([path, response.status]).toEqual([path, 200])
    ended.set(name, false)
    void response.text().then(
      () => ended.set(name, true),
      () => ended.set(name, true),
    )
  }
  await open("my list", here, "/loops/events")
  await open("my loop", here, `${loop}/events`)
  await open("other list", there, "/loops/events")
  await here.post("/sign-out")
  await until("the streams of the ended login are closed", () => ended.get("my list") && ended.get("my loop"))
  expect(ended.get("other list")).toBe(false)
  // A new password, by command, takes the other browser's along.
  await command(server.home, ["user", "password", "ada"], "brand new words\n")
  await until("the other login's stream is closed", () => ended.get("other list"))
})
