import { expect, test } from "bun:test"
import { chmod, mkdir, readdir } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import type { FindingView } from "../../views/props/system.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { Surroundings } from "./command.ts"
import { doctor, report } from "./doctor.ts"

/** `loopat doctor`, on a machine without podman and with an agent program of its own choice. */
async function ask(home: string, args: string[] = [], env: Record<string, string> = {}) {
  const [printed, complained]: [string[], string[]] = [[], []]
  const unused = () => expect.unreachable()
  const around: Surroundings = {
    ...{ command: "doctor", args: ["--home", home, "--port", "0", ...args], terminal: false },
    env: { LOOPAT_PODMAN_BIN: "/nowhere/podman", LOOPAT_CLAUDE_BIN: "/bin/true", ...env },
    program: {
      ...{ root: "/x", assets: "assets", self: ["/x"], compiled: true },
      ...{ executable: "/x", arch: "x64", build: "b", nearby: "/nowhere" },
    },
    print: (line) => void printed.push(line),
    complain: (line) => void complained.push(line),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    ...{ readLine: unused, onSignal: unused, onFailure: unused, exit: unused },
  }
  return { code: await doctor(around), printed, complained }
}

async function findingsOf(
  home: string,
  args: string[] = [],
): Promise<{ code: number; views: Map<string, FindingView> }> {
  const { code, printed } = await ask(home, ["--json", ...args])
  const views: FindingView[] = JSON.parse(printed.join(""))
  return { code, views: new Map(views.map((view) => [view.id, view])) }
}

test("the doctor names what is missing and its command, in the terminal's language, and makes no folder", async () => {
  await using temp = await tempFolder()
  const home = join(temp.path, "home")
  const { code, printed } = await ask(home)
  expect(code).toBe(3)
  expect(printed.slice(0, 2)).toEqual([
    `loopat doctor   ${home}`,
    "Something does not work until the problem below is solved.",
  ])
  expect(printed.join("\n")).toMatch(
    /^Problem +podman +podman is not installed.*\n +Install it.*\n +\$ sudo apt-get install podman/m,
  )
  expect(printed.join("\n")).toMatch(/^OK +Agent program +\/bin\/true/m)
  const chinese = await ask(home, [], { LANG: "zh_CN.UTF-8" })
  expect(chinese.printed.join("\n")).toMatch(/^问题 +podman +此服务器未安装 podman/m)
  expect(await readdir(temp.path)).toEqual([])
})

test("the doctor sees a folder that others may look into, one that is a file, and one of somebody else", async () => {
  await using temp = await tempFolder()
  const open = join(temp.path, "ada's")
  await mkdir(open)
  await chmod(open, 0o755)
  const quoted = `chmod 700 '${temp.path}/ada'\\''s'`
  expect((await findingsOf(open)).views.get("home")).toMatchObject({ state: "warning", command: quoted })
  await chmod(open, 0o700)
  expect((await findingsOf(open)).views.get("home")).toMatchObject({ state: "ok" })
  const file = join(temp.path, "file")
  await Bun.write(file, "")
  const isFile = await findingsOf(file)
  expect([isFile.code, [...isFile.views.keys()]]).toEqual([3, ["home"]])
  const foreign = await ask(process.getuid?.() === 0 ? "/proc/1/cwd/home/x" : "/root/x")
  expect(foreign.code).toBe(3)
})

test("the doctor places a fault of config.json, names settings that nobody reads, and changes neither", async () => {
  await using temp = await tempFolder()
  const path = join(temp.path, "config.json")
  const id = "00000000-0000-4000-8000-000000000001"
  const written = async (text: string) => {
    await Bun.write(path, text)
    const { views } = await findingsOf(temp.path)
    expect([await Bun.file(path).text(), await readdir(temp.path)]).toEqual([text, ["config.json"]])
    return views.get("config")
  }
  expect(await written("{\n oops")).toMatchObject({
    state: "blocking",
    sentence: expect.stringContaining(`${path}:2:2`),
  })
  expect(await written(`{"version":9,"id":"${id}","name":"a"}`)).toMatchObject({ state: "blocking" })
  expect(await written(`{"version":1,"id":"${id}","name":"a","sandbx":1}`)).toMatchObject({
    state: "warning",
    detail: "sandbx is not a setting; did you mean sandbox?",
  })
  expect(await written(`{"version":1,"id":"${id}","name":"a"}`)).toMatchObject({ state: "ok" })
})

test("the doctor tells a port that is free from one that another program has", async () => {
  await using temp = await tempFolder()
  const other = createServer((socket) => socket.resume().end("hello\r\n"))
  const port = await new Promise<number>((listening) =>
    other.listen(0, "127.0.0.1", () => {
      const address = other.address()
      listening(typeof address === "object" ? (address?.port ?? 0) : 0)
    }),
  )
  const finding = async () => (await findingsOf(temp.path, ["--port", `${port}`])).views.get("port")
  expect(await finding()).toMatchObject({ state: "blocking", remedy: expect.stringContaining("--port") })
  await new Promise((closed) => other.close(closed))
  expect(await finding()).toMatchObject({ state: "ok", sentence: `127.0.0.1:${port} is free.` })
})

test("flags that a server would refuse are refused by the doctor too", async () => {
  await using temp = await tempFolder()
  const { code, complained } = await ask(temp.path, ["--host", "0.0.0.0"])
  expect([code, complained.join("")]).toEqual([2, expect.stringContaining("--tls-cert")])
})

test("what a program below said cannot steer the terminal", () => {
  const view: FindingView = {
    id: "podman",
    state: "blocking",
    title: "podman",
    sentence: "no",
    detail: "a\u001b[2Jb\nc",
  }
  expect(report([view], "/h", "en").at(-1)).toMatch(/\(a \[2Jb c\)$/)
})

test("the doctor says where previews are, why they are off, and when their domain is too near to the pages", async () => {
  await using temp = await tempFolder()
  const preview = async (...args: string[]) => (await findingsOf(join(temp.path, "home"), args)).views.get("preview")
  const at = "What loops show is reached at http://*.localhost:0."
  expect(await preview("--preview-port", "0")).toMatchObject({ state: "ok", sentence: at })
  const url = ["--public-url", "https://loopat.example.org"]
  expect((await preview(...url))?.sentence).toStartWith("Off:")
  const near = await preview(...url, "--preview-domain", "previews.example.org", "--preview-port", "0")
  expect(near).toMatchObject({ state: "warning" })
  expect(near?.remedy).toContain("domain of its own")
  const far = await preview(...url, "--preview-domain", "previews.example.net", "--preview-port", "0")
  expect(far).toMatchObject({ state: "ok", sentence: "What loops show is reached at https://*.previews.example.net." })
  await using other = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1")
  const taken = other.address()
  const port = typeof taken === "object" && taken ? String(taken.port) : ""
  expect(await preview("--preview-port", port)).toMatchObject({ state: "warning" })
})
