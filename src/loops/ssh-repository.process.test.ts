import { expect, test } from "bun:test"
import { copyFile, mkdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { urls } from "../lib/urls.ts"
import { pageOf } from "../testing/html.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { loopPages } from "../testing/loop-pages.tsx"
import { person, repoName, type TestLoops } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { brokenView, type LoopRecord } from "./index.ts"

const alice = person("alice")
const root = person("root", "admin")
const app = repoName("app")

/** A git host behind a real sshd that this server has never met, with the repository `app` on it. */
async function world() {
  const folder = await tempFolder()
  const sshd = await gitSshd(`${folder.path}/host`)
  const outside = await outsideRepository(`${sshd.repositories}/app`, { "README.md": "hello" })
  const home = `${folder.path}/home`
  const roster = [{ name: app, git: sshd.address("app"), credential: "host" }]
  await mkdir(`${home}/keys`, { recursive: true })
  await copyFile(sshd.userKey, `${home}/keys/host`)
  const pages = await loopPages({ home, roster })
  let made = 0
  return {
    ...{ pages, sshd, outside, roster, home },
    head: async () => (await outside.git("rev-parse", "HEAD")).trim(),
    /** A new loop on `app`, when its preparing has come to an end. */
    async loop(): Promise<LoopRecord> {
      const created = await pages.loops.create({ clientId: `c${made++}`, title: "Plan", repo: "app" }, alice)
      if (created.kind !== "created") throw new Error("not created")
      return prepared(pages, created.loop)
    },
    async [Symbol.asyncDispose]() {
      await pages[Symbol.asyncDispose]()
      await sshd[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function prepared({ loops, events }: TestLoops, loop: LoopRecord["id"]): Promise<LoopRecord> {
  for (;;) {
    const changed = new Promise<void>((done) => void events.on("loop.changed", () => done()))
    const record = await loops.record(loop)
    if (record && record.state.kind !== "preparing") return record
    await changed
  }
}

const nextMinute = ({ pages }: Awaited<ReturnType<typeof world>>) => pages.clock.advance(61_000)

test("an unknown git host is refused with its fingerprint, and fetched from once an administrator has confirmed it", async () => {
  await using w = await world()
  const broken = await w.loop()
  const fingerprint = await w.sshd.fingerprint()
  expect(fingerprint).toStartWith("SHA256:")
  expect(broken.state).toMatchObject({
    kind: "broken",
    reason: "repo-host-unknown",
    hostKey: { host: "127.0.0.1", fingerprint },
  })
  expect(brokenView(broken, alice, "en")?.hostKey).toEqual({ fingerprint, mayConfirm: false })
  expect(brokenView(broken, root, "en")?.hostKey).toEqual({ fingerprint, mayConfirm: true })

  const url = urls.loopPrepare(broken.id)
  const refused = async (user: typeof alice, hostKey: string) => {
    const response = await w.pages.as(user).post(url, { hostKey }, { "hx-request": "true" })
    return `${response.status} ${(await pageOf(response)).one("[data-toast] p").text}`
  }
  expect(await refused(alice, fingerprint)).toStartWith("422 Only an administrator")
  expect(await refused(root, `SHA256:${"A".repeat(43)}`)).toStartWith("422 The host does not show this key now")
  // Trying again without a word about the host changes nothing.
  await w.pages.as(alice).post(url)
  expect((await prepared(w.pages, broken.id)).state).toMatchObject({ reason: "repo-host-unknown" })

  expect((await w.pages.as(root).post(url, { hostKey: fingerprint })).status).toBe(303)
  const ready = await prepared(w.pages, broken.id)
  expect(ready).toMatchObject({ state: { kind: "driven" }, repo: { start: await w.head(), ref: "trunk" } })
  expect((await stat(`${w.home}/known_hosts`)).mode & 0o777).toBe(0o600)
  // The next loop meets a known host.
  nextMinute(w)
  expect((await w.loop()).state.kind).toBe("driven")
}, 60_000)

test("a git host that shows another key is refused: a new loop starts from the copy and says so, and without a copy it breaks", async () => {
  await using w = await world()
  await w.pages.repos.confirmHost(app, await w.sshd.fingerprint())
  expect((await w.loop()).state.kind).toBe("driven")
  const before = await w.head()
  await w.outside.commit({ "README.md": "changed" })
  await w.sshd.becomeAnother()
  nextMinute(w)
  const onCopy = await w.loop()
  expect(onCopy).toMatchObject({
    state: { kind: "driven" },
    repo: { start: before },
    warnings: [{ about: "app", code: "host-changed" }],
  })
  w.roster[0] = { name: app, git: `${w.sshd.address("app")}.git`, credential: "host" }
  const broken = await w.loop()
  expect(broken.state).toMatchObject({ kind: "broken", reason: "repo-host-changed" })
  expect(brokenView(broken, root, "en")?.hostKey).toBeUndefined()
  expect(brokenView(broken, root, "en")?.sentence).toContain("It may be somebody else")
}, 60_000)

test("a key that is not let in, a repository that is not there and a host that is away each break the loop in their own words", async () => {
  await using w = await world()
  await w.pages.repos.confirmHost(app, await w.sshd.fingerprint())
  w.roster[0] = { name: app, git: w.sshd.address("nowhere"), credential: "host" }
  const absent = await w.loop()
  expect(absent.state).toMatchObject({ kind: "broken", reason: "repo-no-repository" })
  expect(brokenView(absent, alice, "en")?.detail).toContain("does not appear to be a git repository")

  // Repaired in the roster, the same loop goes on.
  w.roster[0] = { name: app, git: w.sshd.address("app"), credential: "host" }
  await w.pages.as(alice).post(urls.loopPrepare(absent.id), { repo: "app", ref: "" })
  expect((await prepared(w.pages, absent.id)).state.kind).toBe("driven")

  await w.sshd.lockOut()
  w.roster[0] = { name: app, git: `${w.sshd.address("app")}/`, credential: "host" }
  const refused = await w.loop()
  expect(refused.state).toMatchObject({ kind: "broken", reason: "repo-not-let-in" })
  expect(brokenView(refused, alice, "en")?.detail).toContain("Permission denied")

  await w.sshd.stop()
  const away = await w.loop()
  expect(away.state).toMatchObject({ kind: "broken", reason: "repo-unreachable" })
  expect(brokenView(away, alice, "zh")?.detail).toContain("refused")
  const told = JSON.stringify([absent, refused, away])
  expect(told).not.toContain(join(w.home, "keys"))
}, 60_000)
