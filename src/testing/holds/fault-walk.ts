import { copyFileSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { urls } from "../../lib/urls.ts"
import { type Clock, systemClock } from "../../platform/clock.ts"
import { createDisk } from "../../platform/disk/disk.ts"
import { type Illness, sickDisk } from "../faults.ts"
import { inMemory, tempFolder } from "../temp-folder.ts"
import { testApp } from "../test-app.ts"
import { clientOf, fullHome, sameClient, type Template, until } from "./full-home.ts"
import { type FullHome, type Operation, operations } from "./operations.ts"
import { leftOver, unparsable } from "./own-files.ts"

interface Walked {
  /** Faults that were injected. */
  faults: number
  /** What went wrong, in words. */
  complaints: string[]
}

/** Walks the faults of every operation and prints how many there were. Fails when they were too few to mean anything. */
export async function walkAll(illness: Illness): Promise<string[]> {
  await using template = await fullHome()
  let faults = 0
  const complaints: string[] = []
  for (const operation of operations) {
    const walked = await walkFaults(operation, illness, template)
    faults += walked.faults
    complaints.push(...walked.complaints)
  }
  if (faults <= operations.length) throw new Error(`only ${faults} faults`)
  console.log(`${illness}: ${faults} faults in ${operations.length} operations, ${complaints.length} complaints`)
  return complaints
}

/** Fails each call of an operation in turn, the k-th for every k, and looks at everything that a person could notice. */
async function walkFaults(operation: Operation, illness: Illness, template: Template): Promise<Walked> {
  const walked: Walked = { faults: 0, complaints: [] }
  for (let nth = 1; ; nth++) {
    const complaints = await once(operation, { illness, nth, template })
    if (complaints === "untouched") return walked
    walked.faults++
    walked.complaints.push(...complaints.map((one) => `${operation.route}, ${illness}, call ${nth}: ${one}`))
  }
}

interface Try {
  illness: Illness
  nth: number
  template: Template
}

async function once(operation: Operation, { illness, nth, template }: Try): Promise<string[] | "untouched"> {
  await using folder = await tempFolder(inMemory())
  const home = join(folder.path, "home")
  if (!operation.first) copy(template.full.home, home)
  const at = { ...template.full, home }
  const cookies = operation.first ? new Map<string, string>() : template.cookies
  const complaints: string[] = []
  const sick = sickDisk()
  const { assets } = template
  const before = await patient({ home, cookies, assets, over: sick.over })
  try {
    sick.fallIll(nth, illness)
    const { status, words } = await answered(operation, before.client, at)
    await before.quiet()
    if (!sick.hurt) return "untouched"
    if (!operation.first) complaints.push(...(await stillReads(before.client, at)))
    sick.heal()
    if (!isHonest(status, words)) complaints.push(`answered ${status}: ${words.slice(0, 200)}`)
    complaints.push(...broken(home))
    const done = await operation.done(at)
    const shown = async () => (await operation.done(at)) || ((await operation.shown?.(at)) ?? false)
    if (status < 400 && !done && !(await comesTrue({ ...operation, done: shown }, at)))
      complaints.push(`answered ${status} and did not do it`)
    const again = await answered(operation, before.client, at)
    if (again.status >= 400 && !done)
      complaints.push(`the next try was refused: ${again.status} ${again.words.slice(0, 200)}`)
    if (!(await comesTrue(operation, at))) complaints.push("the next try did not do it")
  } finally {
    sick.heal()
    await before[Symbol.asyncDispose]()
  }
  complaints.push(...(await afterRestart(operation, at, { home, cookies: before.client.cookies, assets })))
  return complaints
}

/** Done for every fault, so in calls that wait for nobody: a home in memory holds hundreds of small files. */
function copy(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [`${from}/${entry.name}`, `${to}/${entry.name}`]
    if (entry.isDirectory()) copy(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else copyFileSync(source, target)
  }
}

async function afterRestart(operation: Operation, at: FullHome, again: PatientNeeds): Promise<string[]> {
  const complaints: string[] = []
  await using after = await patient(again)
  if (!(await comesTrue({ ...operation, done: operation.settled ?? operation.done }, at)))
    complaints.push("after a restart it is not done")
  const left = await until(async () => leftOver(at.home).length === 0, 200).then(
    () => [],
    () => leftOver(at.home),
  )
  complaints.push(...left.map((name) => `after a restart there is ${name}`), ...broken(at.home))
  const list = await after.client.get(urls.loops())
  if (list.status >= 400) complaints.push(`after a restart the list answers ${list.status}`)
  return complaints
}

interface PatientNeeds {
  home: string
  cookies: ReadonlyMap<string, string>
  assets: string
  over?: Parameters<typeof createDisk>[0]
}

/** What waits for better times comes back soon. */
const hurried: Clock = { ...systemClock, after: (ms, then) => systemClock.after(ms / 100, then) }

/** A server at work on this home, and its person. */
async function patient({ home, cookies, assets, over }: PatientNeeds) {
  let under = 0
  const counting: Parameters<typeof createDisk>[0] = (calls) =>
    counted(over ? over(calls) : calls, (by) => (under += by))
  const world = await testApp({ disk: createDisk(counting), clock: hurried }, { home, assets })
  world.app.begin()
  const client = cookies.size > 0 ? sameClient(world.app, cookies) : clientOf(world.app)
  /** No call is under way, and none follows from those that were. */
  const quiet = async () => {
    for (let still = 0; still < 5; still = under === 0 ? still + 1 : 0)
      await new Promise<void>((turn) => void setTimeout(turn, 1))
  }
  await quiet()
  return { client, quiet, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

function counted<T extends object>(calls: T, count: (by: number) => void): T {
  return new Proxy(calls, {
    get(target, name, receiver) {
      const real: unknown = Reflect.get(target, name, receiver)
      if (typeof real !== "function") return real
      return async (...args: unknown[]) => {
        count(1)
        try {
          return await Reflect.apply(real, target, args)
        } finally {
          count(-1)
        }
      }
    },
  })
}

async function answered({ act }: Operation, client: ReturnType<typeof clientOf>, at: FullHome) {
  const response = await act(client, at)
  return { status: response.status, words: await response.text() }
}

/** Done, or a refusal with the reason and what to do about it; what no longer fits is told as such. */
const isHonest = (status: number, words: string) =>
  status < 400 || status === 409 || (status === 507 && /disk|space/i.test(words))

async function comesTrue({ done }: Operation, at: FullHome): Promise<boolean> {
  return until(() => done(at), 5_000).then(
    () => true,
    () => false,
  )
}

async function stillReads(client: ReturnType<typeof clientOf>, { loops }: FullHome): Promise<string[]> {
  const pages = [urls.loops(), urls.loop(loops.archived), urls.providers]
  const answers = await Promise.all(pages.map(async (path) => ({ path, status: (await client.get(path)).status })))
  return answers.filter(({ status }) => status >= 500).map(({ path, status }) => `${path} answers ${status} meanwhile`)
}

const broken = (home: string) => unparsable(home).map((name) => `${name} does not parse`)
