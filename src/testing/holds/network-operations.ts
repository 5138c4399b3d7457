import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { paths, urls } from "../../lib/urls.ts"
import { workbenchPaths, workbenchUrls } from "../../lib/workbench-urls.ts"
import type { FullHome, Operation } from "./operations.ts"

const configOf = (home: string) => join(home, "config.json")
const recordOf = (home: string, loop: string) => join(home, "loops", loop, "meta.json")
const former = "former.example.org"

/** A workspace whose drivers may let hosts through, and a loop with one, as an earlier server left them. */
export async function leaveNetwork(home: string, loop: string): Promise<void> {
  const network = { mode: "allow-list", driversMayAllow: true }
  await put(configOf(home), { sandbox: { network, limitsMax: { cpus: 4, memory: "8g" } } })
  await put(recordOf(home, loop), { allowHosts: [{ host: former, by: "ada", at: "2026-01-15T12:00:00.000Z" }] })
}

async function put(path: string, more: object): Promise<void> {
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...more }, null, 2))
}

const record = ({ home, loops }: FullHome) => readFile(recordOf(home, loops.waiting), "utf8")

/** Where loops may go, for all of them and for one, and what else is set about a loop's sandbox. */
export const networkOperations: Operation[] = [
  {
    route: `POST ${paths.network}`,
    act: (client) => client.post(urls.network, { mode: "open", hosts: "listed.example.org" }),
    done: async ({ home }) => (await readFile(configOf(home), "utf8")).includes("listed.example.org"),
  },
  {
    route: `POST ${paths.loopHosts}`,
    act: (client, { loops }) => client.post(urls.loopHosts(loops.waiting), { host: "added.example.org" }),
    done: async (at) => (await record(at)).includes("added.example.org"),
  },
  {
    route: `POST ${paths.loopHostForget}`,
    act: (client, { loops }) => client.post(urls.loopHostForget(loops.waiting), { host: former }),
    done: async (at) => !(await record(at)).includes(former),
  },
  {
    route: `POST ${paths.loopLimits}`,
    act: (client, { loops }) => client.post(urls.loopLimits(loops.waiting), { cpus: "3", memory: "6g" }),
    done: async (at) => (await record(at)).includes('"6g"'),
  },
  {
    route: `POST ${workbenchPaths.strictness}`,
    act: (client, { loops }) => client.post(workbenchUrls.strictness(loops.waiting), { hardening: "strict" }),
    done: async (at) => (await record(at)).includes('"strict"'),
  },
  {
    route: `POST ${paths.loopSandboxRestart}`,
    act: (client, { loops }) => client.post(urls.loopSandboxRestart(loops.waiting)),
    // Without podman nothing runs: there is nothing to see in the files.
    done: async () => true,
  },
  {
    route: `POST ${paths.loopToolsAgain}`,
    act: (client, { loops }) => client.post(urls.loopToolsAgain(loops.waiting)),
    // What is kept of images is a hint for the next start, and lies beside no loop.
    done: async () => true,
  },
]
