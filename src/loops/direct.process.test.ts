import { expect, test } from "bun:test"
import { copyFile, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Box } from "../sandbox/index.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { gitSshd } from "../testing/git-sshd.ts"
import { linkWorld } from "../testing/link-world.ts"
import { person, repoName, testLoops } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import { brokenView } from "./present.ts"

const app = repoName("app")

/** Programs start in the guest's working folder: here there is none of the name that every sandbox has. */
const inWorkdir = (box: Box): Box => ({
  ...box,
  capture: ({ cwd: _, ...program }, limits) => box.capture(program, limits),
})

/** A repository behind a real sshd, loops in whose place a guest of this machine runs, and what a driver has there. */
async function world() {
  const folder = await tempFolder()
  const sshd = await gitSshd(`${folder.path}/host`)
  const outside = await outsideRepository(`${sshd.repositories}/app`, { "README.md": "hello" })
  await outside.git("branch", "next")
  const link = await linkWorld()
  const { box } = await link.guest()
  const home = `${folder.path}/home`
  const stopped: string[] = []
  const loops = await testLoops({
    home,
    roster: [{ name: app, git: sshd.address("app"), access: "direct" }],
    needs: {
      sandboxes: {
        ...{ giveAway: async () => {}, erase: async () => {}, remove: async () => {} },
        start: async () => ({ kind: "ready", box: inWorkdir(box) }),
        stop: async (loop) => void stopped.push(loop),
      },
    },
  })
  const ssh = join(link.folder, "home/.ssh")
  await mkdir(ssh)
  const command = `ssh -F none -i ${ssh}/id -o IdentitiesOnly=yes -o UserKnownHostsFile=${ssh}/known_hosts -o StrictHostKeyChecking=accept-new`
  await writeFile(join(link.folder, "home/.gitconfig"), `[core]\n\tsshCommand = ${command}\n`)
  return {
    ...{ ...loops, outside, stopped, workdir: join(link.folder, "workdir") },
    giveKey: () => copyFile(sshd.userKey, `${ssh}/id`),
    async settled(loop: Parameters<typeof loops.loops.record>[0]) {
      for (;;) {
        const changed = new Promise<void>((done) => void loops.events.on("loop.changed", () => done()))
        const record = await loops.loops.record(loop)
        if (record && record.state.kind !== "preparing") return record
        await changed
      }
    },
    /** Whatever git has ever put into the server's home. */
    objects: () =>
      Array.fromAsync(new Bun.Glob("**/{*.pack,*.idx,objects/[0-9a-f][0-9a-f]/*}").scan({ cwd: home, dot: true })),
    async [Symbol.asyncDispose]() {
      await loops[Symbol.asyncDispose]()
      await link[Symbol.asyncDispose]()
      await sshd[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

test("of a direct repository whoever has access gets a loop, whoever has none gets the host's refusal, and the server holds no object of it", async () => {
  await using w = await world()
  const alice = person("alice")
  const created = await w.loops.create({ clientId: "c", title: "Plan", repo: "app", ref: "next" }, alice)
  if (created.kind !== "created") throw new Error(created.kind)
  const broken = await w.settled(created.loop)
  expect(broken.state).toMatchObject({ kind: "broken", reason: "direct-refused" })
  const view = brokenView(broken, alice, "en")
  expect(view?.sentence).toContain("app is cloned with your own credentials, and its host did not give it to this loop")
  expect(view?.detail).toContain("Permission denied")
  expect([view?.mayRetry, w.stopped]).toEqual([true, [created.loop]])

  // The same loop, tried again by somebody whom the host lets in.
  await w.giveKey()
  await w.loops.retry(created.loop, alice)
  const ready = await w.settled(created.loop)
  const commit = (await w.outside.git("rev-parse", "next")).trim()
  expect(ready).toMatchObject({ state: { kind: "driven" }, repo: { direct: true, ref: "next", start: commit } })
  expect(ready.versions?.repo).toBe(commit)
  const git = (...args: string[]) => Bun.$`git -C ${w.workdir} ${args}`.text()
  expect((await git("symbolic-ref", "--short", "HEAD")).trim()).toBe(ready.repo?.branch ?? "")
  expect((await git("config", "remote.origin.url")).trim()).toStartWith("ssh://")
  expect(await Bun.file(`${w.workdir}/README.md`).text()).toBe("hello")

  expect(await w.repos.refresh(app)).toEqual({ kind: "not-in-roster" })
  expect(await w.repos.resolve(app)).toBeUndefined()
  expect(await w.objects()).toEqual([])
  // Nothing of it is borrowed, so nothing is mounted.
  expect((await w.loops.sandboxSpec(created.loop))?.objects).toEqual({})
}, 30_000)
