import { afterAll, expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { errorWords } from "../lib/i18n/errors.ts"
import { urls } from "../lib/urls.ts"
import { closeBrowser, phone, type Server, startServer, until, visit, wide } from "./harness.ts"
import { createLoop, firstPerson, password } from "../testing/holds/person.ts"
import { type SmallDisk, smallDisk } from "./small-disk.ts"

afterAll(closeBrowser)

type Fields = Record<string, string>

/** Sends a form as a page without script would: the answer is a page of its own. */
async function submit(page: Page, action: string, fields: Fields): Promise<number> {
  const shown = page.waitForNavigation()
  await page.evaluate(
    ([where, values]) => {
      const form = document.createElement("form")
      Object.assign(form, { method: "post", action: where })
      for (const [name, value] of Object.entries(values)) {
        const field = document.createElement("input")
        Object.assign(field, { type: "hidden", name, value })
        form.append(field)
      }
      document.body.append(form)
      form.submit()
    },
    [action, fields] as const,
  )
  return (await shown)?.status() ?? 0
}

interface Place {
  page: Page
  server: Server
  disk: SmallDisk
  loop: string
}

/** Each brings the page of one refusal to the screen. */
const provoke: Record<number, (place: Place) => Promise<void>> = {
  async 403({ page, server }) {
    const elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response("<body></body>", { headers: { "content-type": "text/html" } }),
    })
    await page.goto(`http://127.0.0.1:${elsewhere.port}`)
    await submit(page, server.url + urls.loops(), { title: "from elsewhere" })
    await elsewhere.stop(true)
  },
  async 413({ page, loop }) {
    await page.goto(urls.loops())
    await submit(page, urls.loopMessages(loop), { clientId: "c", text: "x".repeat(14 << 20) })
  },
  async 422({ page, loop }) {
    await page.goto(urls.loops())
    await submit(page, urls.loopVisibility(loop), { visibility: "purple" })
  },
  async 500({ page, loop, server, disk }) {
    const transcript = `${server.home}/loops/${loop}/messages.jsonl`
    disk.run("mv", transcript, `${transcript}.away`)
    disk.run("mkdir", transcript)
    await page.goto(urls.loop(loop))
    disk.run("rmdir", transcript)
    disk.run("mv", `${transcript}.away`, transcript)
  },
  async 507({ page, loop, disk }) {
    await page.goto(urls.loops())
    disk.fill()
    await submit(page, urls.loopTitle(loop), { title: `kept nowhere ${"and longer ".repeat(10)}` })
    disk.empty()
  },
}

/** Too many tries are answered on the page of the form itself. */
async function signInTooOften(page: Page): Promise<void> {
  await page.context().clearCookies()
  await page.goto(urls.signIn())
  const wrong = () => submit(page, urls.signIn(), { name: "ada", password: "wrong" })
  await until("too many tries", async () => (await wrong()) === 429)
}

test("each refusal that has a page of its own says in both languages what to do, on a wide and a narrow screen", async () => {
  await using disk = await smallDisk()
  await using server = await startServer({ sandboxes: false, home: disk.home, through: disk.through })
  const person = await firstPerson(() => server.url)
  const loop = await createLoop(person, { clientId: "one", title: "Plan" })
  for (const [language, size] of [
    ["en", wide],
    ["zh", phone],
  ] as const) {
    await using visitor = await visit(server, { language, size })
    const { page } = visitor
    await page.goto(urls.signIn())
    await submit(page, urls.signIn(), { name: "ada", password })
    const words: Record<string, unknown> = errorWords(language)
    for (const [status, show] of Object.entries(provoke)) {
      await show({ page, server, disk, loop })
      const main = page.locator("main")
      expect([status, await main.locator("h1").innerText()]).toEqual([status, String(words[`title${status}`])])
      expect([status, await main.innerText()]).toEqual([
        status,
        expect.stringContaining(String(words[`text${status}`])),
      ])
      // There is a way on, and nothing sticks out of the screen.
      expect([status, await main.locator("a").first().isVisible()]).toEqual([status, true])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
      await visitor.picture(`error-${status}-${language}`)
    }
    await signInTooOften(page)
    const told = await page.locator("main").innerText()
    expect(told).toMatch(language === "en" ? /again in \d+ (second|minute)s?/ : /\d+ (秒|分钟)/)
    await visitor.picture(`error-429-${language}`)
    // The throttle is for the sign-ins of this address: the second language begins anew.
    await server.stop()
    await server.restart()
  }
}, 120_000)
