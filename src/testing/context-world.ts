import { join } from "node:path"
import { contextUrls, type ContextPlace, type ShelfName } from "../lib/context-urls.ts"
import { pathText } from "../lib/file-path.ts"
import { Secret } from "../platform/secret.ts"
import { type Client, testClient } from "./client.ts"
import { type Page, readHtml } from "./html.ts"
import { roleWorld, type RoleWorldOptions } from "./role-world.ts"
import type { Actor } from "./roles.ts"
import { gitIn } from "./shelves.ts"

const metricsToken = "a-token-of-the-metrics-of-this-test"

/** The whole program with real repositories, seen through its pages of Context. */
export async function contextWorld(options: RoleWorldOptions = {}) {
  const world = await roleWorld({ ...options, app: { ...options.app, metricsToken: new Secret(metricsToken) } })
  const clients = new Map<Actor, Client>()
  const as = (actor: Actor): Client => {
    const known = clients.get(actor)
    if (known) return known
    const cookie = world.cookie(actor) ?? ""
    const client = testClient({ handle: world.app.answer }, { headers: { cookie } })
    clients.set(actor, client)
    return client
  }
  const read = async (actor: Actor, url: string): Promise<Page> => readHtml(await (await as(actor).get(url)).text())
  const open = (actor: Actor, shelf: ShelfName, place: string | ContextPlace) =>
    read(actor, contextUrls.shelf(shelf, typeof place === "string" ? { path: pathText(place) } : place))

  return {
    ...{ home: world.home, app: world.app, newLoop: world.newLoop, as, read, open },
    /** Saves as the form does that was opened now, or as one that was opened on `version`. */
    async save(
      actor: Actor,
      shelf: ShelfName,
      form: { path: string; text: string; version?: string } & Record<string, string>,
    ) {
      const version = form.version ?? versionOf(await open(actor, shelf, { path: form.path, view: "edit" }))
      return as(actor).post(contextUrls.save(shelf), { ...form, version })
    },
    version: async (actor: Actor, shelf: ShelfName, path: string) =>
      versionOf(await open(actor, shelf, { path, view: "edit" })),
    /** Sends files into a folder, as a browser would. */
    upload(actor: Actor, place: { shelf: ShelfName; folder: string }, files: readonly File[]): Promise<Response> {
      const body = new FormData()
      for (const file of files) body.append("file", file)
      const headers = { cookie: world.cookie(actor) ?? "", origin: "http://localhost", accept: "text/html" }
      const url = `http://localhost${contextUrls.upload(place.shelf, place.folder)}`
      return world.app.answer(new Request(url, { method: "POST", body, headers }))
    },
    /** How many programs the server has started so far. */
    async programs(): Promise<number> {
      const headers = { authorization: `Bearer ${metricsToken}` }
      const text = await (await world.app.answer(new Request("http://localhost/metrics", { headers }))).text()
      return [...text.matchAll(/^loopat_processes_total\{[^}]*\} (\d+)$/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      )
    },
    git: (shelf: string, ...args: string[]) => gitIn(join(world.home, "repos", `${shelf}.git`), ...args),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

const versionOf = (page: Page): string => page.one("form#editor input[name='version']").attributes["value"] ?? ""
