import { expect, test } from "bun:test"
import { Elysia } from "elysia"
import type { FrameView } from "../../../views/props/frame.ts"
import { createBackground } from "../../platform/background.ts"
import { createLiveRights } from "../../platform/http/live-rights.ts"
import { type SignedIn, userOf, visitorOf } from "../../platform/http/visitor.ts"
import { silentLog } from "../../platform/log.ts"
import type { ImageHealth, SandboxHealth } from "../../sandbox/index.ts"
import { readStream } from "../../testing/agent-pages.tsx"
import { knownVisitors } from "../../testing/known-visitors.ts"
import { testClock } from "../../testing/clock.ts"
import { readHtml } from "../../testing/html.ts"
import { person } from "../../testing/loops.ts"
import { systemRoutes } from "./routes.tsx"

const ada = person("ada", "admin")
const bob = person("bob")

const well: SandboxHealth = {
  podman: { state: "ok", version: "5.0.0", rootless: true, unlimited: [] },
  image: { state: "ready", source: "host", tag: "t:1", id: "sha256:0123456789abcdef", madeAt: 0, tries: [], log: [] },
  agent: { state: "ready", version: "2.1", path: "/c", proof: "verified" },
}

function systemWorld(health: SandboxHealth = well) {
  const clock = testClock()
  const background = createBackground(silentLog)
  const rights = createLiveRights({ clock, log: silentLog, isAlive: () => true })
  const admins = new Set([ada.name])
  const listeners = new Set<(health: SandboxHealth) => void>()
  const world = { health, count: 0, free: 60e9, checks: 0 }
  const visitors = knownVisitors()
  const app = new Elysia({ systemRouter: false })
    .onRequest(({ request }) => visitors.admit(request))
    .use(
      systemRoutes({
        ...{ clock, background, rights },
        sandboxes: {
          health: () => world.health,
          count: () => world.count,
          checkAgain: async () => void world.checks++,
          onHealth(listener) {
            listeners.add(listener)
            return () => listeners.delete(listener)
          },
        },
        diskSpace: async () => ({ free: world.free, total: 252e9 }),
        isAdmin: (user) => admins.has(user),
        showProblem: ({ status, code }) => new Response(code, { status }),
        frame: (request, about) => frameOf(request, about, clock.now()),
      }),
    )
  return Object.assign(world, {
    ...{ clock, rights, admins, listeners },
    as(user: SignedIn, language = "en") {
      return visitors.as(app, user, { "accept-language": language })
    },
    tell(change: Partial<SandboxHealth>) {
      world.health = { ...world.health, ...change }
      for (const listener of listeners) listener(world.health)
    },
    async page(language = "en") {
      return readHtml(await (await this.as(ada, language).get("/settings/system")).text())
    },
    async stream() {
      const { body } = await this.as(ada).get("/settings/system/events")
      if (!body) throw new Error("no stream")
      return readStream(body)
    },
    async [Symbol.asyncDispose]() {
      rights[Symbol.dispose]()
      await background[Symbol.asyncDispose]()
    },
  })
}

const frameOf = (request: Request, about: Pick<FrameView, "title" | "section">, now: number): FrameView => ({
  ...about,
  reader: { locale: visitorOf(request).locale, now },
  theme: "system",
  assets: { script: "/app.js", style: "/app.css", icon: "/icon.svg" },
  workspace: "test",
  user: { name: userOf(request).name, displayName: "", admin: true },
  needsYou: 0,
})

const building: ImageHealth = {
  state: "building",
  startedAt: 5,
  tries: [
    { source: "registry", from: "ubuntu:24.04", fault: { code: "unreachable", detail: "no such host" } },
    { source: "mirror" },
  ],
  step: { name: "collect", number: 1, of: 11, at: 6 },
  log: ["mirror", "Get:1 base-files <b>"],
}

test("the page says of each thing that loops need how it is, in both languages", async () => {
  await using world = systemWorld()
  world.count = 3
  const page = await world.page()
  expect(page.all("[data-finding]").map(({ attributes }) => attributes["data-finding"])).toEqual(
    "podman ids network limits agent sandboxes disk".split(" "),
  )
  expect(page.one("#verdict").text).toBe("Everything that loops need is there.")
  expect(page.one("[data-finding=podman] .finding-sentence").text).toContain("5.0.0")
  expect(page.one("[data-finding=sandboxes] .finding-sentence").text).toBe("3 right now.")
  expect(page.one("[data-finding=disk] .finding-sentence").text).toContain("60")
  expect(page.one("[data-finding=agent] .finding-sentence").text).toContain("checksum verified")
  expect((await world.page("zh")).one("#verdict").text).toBe("Loop 需要的一切都已就绪。")
})

test("the page says which base image it became, by its short id and time", async () => {
  await using world = systemWorld()
  const page = await world.page()
  expect(page.one("#image-run").attributes["data-image"]).toBe("ready")
  expect(page.one(".image-used strong").text).toBe("Taken: This machine's own packages")
  expect(page.all(".facts dd").map(({ text }) => text)).toContain("0123456789ab")
  expect(page.one(".facts time").attributes["datetime"]).toBe("1970-01-01T00:00:00.000Z")
})

test("without podman the page says so, and with which command it is installed", async () => {
  const obstacle = { code: "podman-missing", detail: "podman is not installed", command: "apt install podman" } as const
  await using world = systemWorld({ ...well, podman: { state: "unusable", obstacle }, image: { state: "waiting" } })
  const page = await world.page()
  expect(page.one("[data-finding=podman]").attributes["data-state"]).toBe("blocking")
  expect(page.one("[data-finding=podman] .command").text).toBe("apt install podman")
  expect(page.one("#verdict").text).toContain("cannot start")
})

test("without subordinate ids the page names them, and not podman", async () => {
  const obstacle = { code: "ids-missing", detail: "user 7 has fewer", command: "usermod x" } as const
  await using world = systemWorld({ ...well, podman: { state: "unusable", version: "5.1.0", obstacle } })
  const page = await world.page("zh")
  expect(page.one("[data-finding=podman]").attributes["data-state"]).toBe("ok")
  expect(page.one("[data-finding=ids]").attributes["data-state"]).toBe("blocking")
  expect(page.one("[data-finding=ids] .command").text).toBe("usermod x")
  expect(page.one("[data-finding=ids] .finding-sentence").text).toContain("从属 ID")
})

test("a failed base image says the reason of every source, what to do, and offers to try again", async () => {
  const fault = { code: "refused", detail: "denied" } as const
  const image: ImageHealth = { ...building, state: "failed", at: 1, fault, tries: [...building.tries.slice(0, 1)] }
  await using world = systemWorld({ ...well, image })
  const page = await world.page()
  expect(page.one(".tried li").text).toContain("It could not be reached.")
  expect(page.one(".tried .detail").text.trim()).toBe("no such host")
  expect(page.one("#image-run [role=alert]").text).toContain("sandbox.baseImage")
  const [again] = page.all("#image-run form")
  expect(again?.attributes).toMatchObject({ method: "post", action: "/settings/system/check" })
  const answer = await world.as(ada).post(again?.attributes["action"] ?? "")
  expect([answer.status, answer.headers.get("location"), world.checks]).toEqual([303, "/settings/system", 1])
})

test("an open page sees steps and lines as they come, each once, and the free space when it changes", async () => {
  await using world = systemWorld()
  await using stream = await world.stream()
  await stream.shows("Everything that loops need is there.")
  world.tell({ image: building })
  await stream.shows("Collecting the packages")
  expect(stream.frames.at(-1)?.html).toContain("Get:1 base-files &lt;b&gt;")
  expect(stream.frames.at(-1)?.html).toContain("Step 1 of 11")
  const before = stream.frames.length
  world.tell({ image: building })
  world.free = 1e9
  world.clock.advance(5_000)
  await stream.shows("Only 1 GB left")
  expect(stream.frames).toHaveLength(before + 1)
})

test("a page that was closed leaves no listener and no timer behind", async () => {
  await using world = systemWorld()
  const stream = await world.stream()
  await stream.shows("verdict")
  expect(world.listeners.size).toBe(1)
  await stream[Symbol.asyncDispose]()
  expect(world.listeners.size).toBe(0)
})

test("who is no administrator sees neither page nor stream, and cannot ask for a check", async () => {
  await using world = systemWorld()
  const client = world.as(bob)
  for (const path of ["/settings/system", "/settings/system/events"]) expect((await client.get(path)).status).toBe(403)
  expect((await client.post("/settings/system/check")).status).toBe(403)
  expect(world.checks).toBe(0)
  const stream = await world.stream()
  world.admins.clear()
  await world.rights.recheck()
  await stream.ended
})

test("the whole log of the image is a file that everybody who waits may have", async () => {
  await using world = systemWorld({
    ...well,
    image: { ...building, log: Array.from({ length: 900 }, (_, n) => `l${n}`) },
  })
  const answer = await world.as(bob).get("/sandbox/image.log")
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8")
  expect(answer.headers.get("content-disposition")).toContain("attachment")
  expect((await answer.text()).split("\n")).toHaveLength(901)
  expect((await world.page()).one(".build-log").text.trim().split(/\s+/)).toHaveLength(200)
})
