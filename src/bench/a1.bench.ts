import type { Bench } from "./harness/bench.ts"
import { memoryOf, steady } from "./harness/proc.ts"
import { seedLoops } from "./harness/seeds.ts"
import { createVisitor, timed } from "./harness/visitor.ts"

const everyMs = 50
const person = { name: "ada", password: "correct horse battery" }

/** Twenty logins a second, and somebody who reads meanwhile. */
export const bench: Bench = {
  ids: ["A1"],
  async run(world) {
    const { report } = world
    const server = await world.server()
    const loops = await seedLoops(server.home, 30, { events: 60 })
    const visitor = await server.enter()
    const page = async () => (await timed(() => visitor.get(`/loops/${loops[1]}`))).all
    const pages = async () => {
      let sum = 0
      for (let n = 0; n < 10; n++) sum += await page()
      return sum
    }
    const logins: number[] = []
    const login = async () => {
      const { all, response } = await timed(() => createVisitor(server.url).post("/sign-in", person))
      if (response.status === 303) logins.push(all)
    }
    const resident = async () => {
      await server.metrics(true)
      return (await memoryOf(server.pid)).resident
    }
    for (let n = 0; n < 30; n++) await page()
    const before = await steady(resident)
    await login()
    await world.ratio("A1", "page time without logins", {
      async ours() {
        const all: Promise<void>[] = []
        const timer = setInterval(() => all.push(login()), everyMs)
        const ms = await pages()
        clearInterval(timer)
        await Promise.all(all)
        return ms
      },
      bare: pages,
    })
    report.wall("A1", "signed in", logins)
    report.count("A1", "bytes of memory kept", Math.max(0, (await steady(resident)) - before))
    report.inTest("A1", "hashes per login", "src/accounts/sign-in.test.ts")
  },
}
