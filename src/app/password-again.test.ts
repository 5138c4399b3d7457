import { expect, test } from "bun:test"
import { readFile, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { outsideUrls } from "../lib/outside-urls.ts"
import { urls } from "../lib/urls.ts"
import { systemClock } from "../platform/clock.ts"
import { clientOf } from "../testing/holds/full-home.ts"
import { password } from "../testing/holds/person.ts"
import { readHtml } from "../testing/html.ts"
import { gitIn } from "../testing/shelves.ts"
import { testApp } from "../testing/test-app.ts"

const address = "https://git.example.org/app.git"

/** An administrator whose password was given sixteen minutes ago, with something of everything to change. */
async function staleAdmin() {
  let late = 0
  const clock = { ...systemClock, now: () => systemClock.now() + late }
  const world = await testApp({ clock })
  const client = clientOf(world.app)
  await client.post(urls.setUp, { workspace: "Acme", name: "ada", password })
  const config = join(world.home, "config.json")
  const outside = join(world.home, "outside.git")
  await gitIn(outside, "init", "--quiet", "--bare", "--initial-branch=main")
  const now = JSON.parse(await readFile(config, "utf8"))
  const repos = [
    { name: "app", git: address },
    { name: "own", git: "", access: "hosted" },
  ]
  await writeFile(config, JSON.stringify({ ...now, repos, context: { notes: { remote: outside } } }))
  await client.get(urls.repositories)
  await client.post(outsideUrls.keys, { name: "old" })
  const page = async (url: string) => readHtml(await (await client.get(url)).text())
  const fresh = await page(outsideUrls.page())
  late = 16 * 60_000
  return {
    ...{ client, page, fresh },
    config: async () => JSON.parse(await readFile(config, "utf8")),
    keys: () => readdir(join(world.home, "secrets/@workspace/keys")),
    own: () => readdir(join(world.home, "secrets/ada")).catch((): string[] => []),
    hook: () => readFile(join(world.home, "secrets/@workspace/hook"), "utf8").catch(() => "none"),
    age: () => (late += 16 * 60_000),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** Every form of the settings that asks again: what it sends, where its password stands, and what it does. */
const forms: {
  url: string
  form: Record<string, string>
  field: string
  done(at: Awaited<ReturnType<typeof staleAdmin>>): Promise<boolean>
  /** What comes back of what was typed. */
  kept?: readonly [selector: string, value: string]
}[] = [
  {
    ...{ url: outsideUrls.keys, form: { name: "deploy" }, field: "key-password" },
    done: async (at) => (await at.keys()).includes("deploy"),
    kept: ["#field-key-name", "deploy"],
  },
  {
    ...{ url: outsideUrls.tokens, form: { name: "pass", token: "abc-123" }, field: "token-password" },
    done: async (at) => (await at.keys()).includes("pass"),
    kept: ["#field-token-name", "pass"],
  },
  {
    ...{ url: outsideUrls.personalKey, form: {}, field: "key-password" },
    done: async (at) => (await at.own()).includes("deploy-key"),
  },
  {
    ...{ url: outsideUrls.personalToken, form: { token: "abc-123" }, field: "token-password" },
    done: async (at) => (await at.own()).includes("deploy-token"),
  },
  {
    ...{ url: outsideUrls.keyRemove("old"), form: { uses: "" }, field: "old-password" },
    done: async (at) => !(await at.keys()).includes("old"),
  },
  {
    ...{ url: outsideUrls.hookRenew, form: {}, field: "hook-password" },
    done: async (at) => (await at.hook()) !== "none",
  },
  {
    ...{ url: outsideUrls.detach("notes"), form: {}, field: "notes-password" },
    done: async (at) => (await at.config()).context?.notes?.remote === undefined,
  },
  {
    ...{ url: urls.repositoryRemove("own"), form: { typed: "own" }, field: "own-password" },
    done: async (at) => (await at.config()).repos.every(({ name }: { name: string }) => name !== "own"),
    kept: ["[data-repository='own'] input[name='typed']", "own"],
  },
  {
    ...{ url: urls.repositoryRemove("app"), form: {}, field: "app-password" },
    done: async (at) => (await at.config()).repos.every(({ name }: { name: string }) => name !== "app"),
  },
]

test("a quarter of an hour after the password was given, what hands out or takes away is done only with it", async () => {
  for (const { url, form, field, done, kept } of forms) {
    await using at = await staleAdmin()
    expect(at.fresh.all("input[name='password']")).toEqual([])
    for (const [given, words] of [
      [{}, "Give your password again"],
      [{ password: "wrong" }, "not your password"],
    ] as const) {
      const answer = await at.client.post(url, { ...form, ...given })
      const html = readHtml(await answer.text())
      expect([url, answer.status, html.one(`#field-${field}-error`).text, await done(at)]).toEqual([
        ...[url, 422, expect.stringContaining(words), false],
      ])
      // The field is there to be seen, with the form around it.
      expect(html.has(`details:not([open]) #field-${field}`)).toBe(false)
      if (kept) expect(html.one(kept[0]).attributes["value"]).toBe(kept[1])
    }
    const answer = await at.client.post(url, { ...form, password })
    expect([url, answer.status, await done(at)]).toEqual([url, 303, true])
    expect((await at.page(outsideUrls.page())).all("input[name='password']")).toEqual([])
  }
})

test("each form that asks again has the field before it is sent; five wrong passwords are enough", async () => {
  await using at = await staleAdmin()
  const pages = [outsideUrls.page(), outsideUrls.personal(), urls.repositories]
  const shown = await Promise.all(pages.map(at.page))
  for (const { url, field } of forms) {
    const asking = shown.filter((page) => page.has(`form[action='${url}'] #field-${field}`))
    expect([url, asking.length]).toEqual([url, 1])
  }
  const ask = async (given: string) => {
    const answer = await at.client.post(outsideUrls.hookRenew, { password: given })
    return readHtml(await answer.text())
  }
  for (let wrong = 0; wrong < 5; wrong++) await ask(`wrong ${wrong}`)
  expect((await ask(password)).one("#field-hook-password-error").text).toContain("minutes")
  expect(await at.hook()).toBe("none")
})

test("a token that was typed beside a wrong password is asked for once more, and shown to nobody", async () => {
  await using at = await staleAdmin()
  const answer = await at.client.post(outsideUrls.tokens, { name: "pass", token: "very-secret", password: "wrong" })
  const text = await answer.text()
  expect(text).not.toContain("very-secret")
  expect(readHtml(text).one("#field-token-error").text).toContain("once more")
})
