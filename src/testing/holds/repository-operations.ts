import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { requestPaths, requestUrls } from "../../lib/request-urls.ts"
import { paths, urls } from "../../lib/urls.ts"
import type { Operation } from "./operations.ts"

const configOf = (home: string) => join(home, "config.json")

/** Two repositories of code in the list of the workspace, as an earlier server left them. */
export async function leaveRepositories(home: string): Promise<void> {
  const config = JSON.parse(await readFile(configOf(home), "utf8"))
  const repos = [
    { name: "outside", git: "https://git.example.org/outside.git", projectSettings: false },
    { name: "own", git: "", access: "hosted", protected: false, projectSettings: false },
  ]
  await writeFile(configOf(home), JSON.stringify({ ...config, repos }, null, 2))
  const wish = { by: "ada", at: 1, why: "", state: "waiting", answer: "" }
  const wishes = ["wanted", "unwanted", "own-wish"].map((name) => ({
    ...{ id: name, name, git: `https://git.example.org/${name}.git`, ...wish },
  }))
  await writeFile(requestsOf(home), JSON.stringify({ version: 1, wishes }))
}

const requestsOf = (home: string) => join(home, "repository-requests.json")
const requests = async (home: string) => readFile(requestsOf(home), "utf8")

async function listed(home: string): Promise<{ name: string; protected?: boolean }[]> {
  return JSON.parse(await readFile(configOf(home), "utf8")).repos
}

/** The list of the workspace's repositories of code; making one is git's work besides. */
export const repositoryOperations: Operation[] = [
  {
    route: `POST ${paths.repositories}`,
    act: (client) =>
      client.post(urls.repositories, { name: "more", access: "mirrored", git: "https://git.example.org/more.git" }),
    done: async ({ home }) => (await listed(home)).some(({ name }) => name === "more"),
  },
  {
    route: `POST ${paths.repositoryProtection}`,
    act: (client) => client.post(urls.repositoryProtection("own"), { protected: "yes" }),
    done: async ({ home }) => (await listed(home)).some((one) => one.protected === true),
  },
  {
    route: `POST ${paths.repositoryRemove}`,
    act: (client) => client.post(urls.repositoryRemove("outside"), {}),
    done: async ({ home }) => (await listed(home)).every(({ name }) => name !== "outside"),
  },
  {
    route: `POST ${requestPaths.requests}`,
    act: (client) => client.post(requestUrls.requests(), { name: "new", git: "https://git.example.org/new.git" }),
    done: async ({ home }) => (await requests(home)).includes("new.git"),
  },
  {
    route: `POST ${requestPaths.accept}`,
    act: (client) => client.post(requestUrls.accept("wanted")),
    done: async ({ home }) =>
      (await listed(home)).some(({ name }) => name === "wanted") && (await requests(home)).includes('"accepted"'),
  },
  {
    route: `POST ${requestPaths.decline}`,
    act: (client) => client.post(requestUrls.decline("unwanted"), { answer: "not ours" }),
    done: async ({ home }) => (await requests(home)).includes("not ours"),
  },
  {
    route: `POST ${requestPaths.withdraw}`,
    act: (client) => client.post(requestUrls.withdraw("own-wish")),
    done: async ({ home }) => !(await requests(home)).includes("own-wish"),
  },
]
