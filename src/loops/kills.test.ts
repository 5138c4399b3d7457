import { expect, test } from "bun:test"
import { cp, mkdir, readdir, readFile } from "node:fs/promises"
import { killedAfter } from "../testing/faults.ts"
import { outsideRepository } from "../testing/git-repository.ts"
import { person, repoName, type TestLoops, testLoops, type TestLoopsOptions } from "../testing/loops.ts"
import { tempFolder } from "../testing/temp-folder.ts"
import type { LoopRecord, NewLoop } from "./index.ts"

const alice = person("alice")
const request: NewLoop = { clientId: "one", title: "Plan", message: "keep me", repo: "app" }

/** A server on `home` whose disk dies after so many calls; what it was doing ends with it. */
async function killedServer(
  options: TestLoopsOptions & { allowed: number },
  work: (world: TestLoops) => Promise<void>,
) {
  const killed = Promise.withResolvers<"killed">()
  let calls = 0
  const dead = () => {
    if (++calls > options.allowed) killed.resolve("killed")
    return calls > options.allowed
  }
  await using world = await testLoops({ ...options, over: (real) => killedAfter(real, dead) })
  const over = work(world).then(
    () => "done" as const,
    (error: unknown) => {
      if (calls <= options.allowed) throw error
      return "killed" as const
    },
  )
  return await Promise.race([over, killed.promise])
}

const create = async (world: TestLoops): Promise<LoopRecord["id"]> => {
  const created = await world.loops.create(request, alice)
  if (created.kind !== "created") throw new Error("not created")
  return created.loop
}

/** Starts a server as after a kill and waits until every loop that is being prepared is ready. */
async function goOn(world: TestLoops): Promise<void> {
  world.loops.start()
  await world.loops.shelved
  for (const { id, state } of world.loops.shelf.ordered())
    if (state.kind === "preparing") await world.told("loop.ready", id)
}

/** Names below a folder that a whole loop or mirror never has. */
async function halfMade(home: string): Promise<string[]> {
  const names = await readdir(home, { recursive: true })
  return names.filter((name) => /(^|\/)\.new\/.|half-made|\.tmp$|\.lock$/.test(name))
}

/** Each call of accepting, then every second; where the mirror is there already, only what differs is looked at again. */
const stride = (allowed: number, mirrored: boolean): number => {
  if (mirrored) return 3
  return allowed < 20 ? 1 : 2
}

test("killed two hundred times at the steps of create and prepare, and while the next servers go on, a loop is absent or complete and no first message is lost", async () => {
  await using folder = await tempFolder()
  const outside = await outsideRepository(`${folder.path}/outside`, { "README.md": "hello", "src/a.ts": "1" })
  const roster = [{ name: repoName("app"), git: outside.path }]
  const seen = { kills: 0, absent: 0, complete: 0 }
  // First on a machine that never saw the repository, then with its mirror there.
  for (const mirrored of [false, true]) {
    const begin = `${folder.path}/begin-${mirrored}`
    await mkdir(begin)
    await using first = await testLoops({ home: begin, roster })
    if (mirrored) await first.repos.refresh(repoName("app"))
    for (let allowed = 0, survived = false; !survived; allowed += stride(allowed, mirrored)) {
      const home = `${folder.path}/home-${mirrored}-${allowed}`
      await cp(begin, home, { recursive: true })
      let answered: string | undefined
      const outcome = await killedServer({ home, roster, allowed }, async (world) => {
        answered = await create(world)
        await world.told("loop.ready", answered)
      })
      survived = outcome === "done"
      // The next two servers are killed while they take up what the one before left.
      const again = await killedServer({ home, roster, allowed: (allowed * 7) % 23 }, goOn)
      const andAgain = await killedServer({ home, roster, allowed: (allowed * 11) % 17 }, goOn)
      seen.kills += [outcome, again, andAgain].filter((one) => one === "killed").length

      await using last = await testLoops({ home, roster })
      await goOn(last)
      const kept = last.loops.shelf.ordered().map(({ id }) => id)
      if (answered !== undefined) expect(kept.map(String)).toEqual([answered])
      seen[kept.length === 0 ? "absent" : "complete"]++
      expect([allowed, await halfMade(home)]).toEqual([allowed, []])
      // Asked again after the kill, it is made, or found.
      const id = await create(last)
      if (last.loops.shelf.get(id)?.state.kind === "preparing") await last.told("loop.ready", id)
      expect(last.loops.shelf.size).toBe(1)
      expect(await last.loops.record(id)).toMatchObject({ state: { kind: "driven" }, repo: { ref: "trunk" } })
      const { events } = await last.loops.transcript(id).after(0)
      expect(events.filter((event) => event.kind === "user-message")).toMatchObject([{ text: "keep me" }])
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
      expect(await last.loops.unfinished()).toEqual([id])
      expect(await readFile(`${home}/loops/${id}/workdir/src/a.ts`, "utf8")).toBe("1")
    }
  }
  console.log(`kills ${seen.kills}, absent ${seen.absent}, complete ${seen.complete}`)
  expect(seen.kills).toBeGreaterThanOrEqual(200)
  expect(seen.absent).toBeGreaterThan(10)
  expect(seen.complete).toBeGreaterThan(50)
}, 120_000)
