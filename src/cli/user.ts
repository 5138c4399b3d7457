import { join } from "node:path"
import { openAccounts } from "../app/open-accounts.ts"
import { parseUserName, type UserName } from "../lib/ids.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { lockHome } from "../platform/disk/lock.ts"
import type { Surroundings } from "./command.ts"
import { usage } from "./usage.ts"

const by = { actor: "system", via: "cli" } as const

/** `loopat user list · add NAME [--admin] · password NAME · role NAME admin|member`, while no server runs on the home. */
export async function user(around: Surroundings): Promise<number> {
  const home = around.env["LOOPAT_HOME"] ?? join(around.env["HOME"] ?? "/", ".loopat")
  const disk = createDisk()
  await disk.makeFolder(home)
  const locked = await lockHome(join(home, "lock"), { pid: process.pid })
  if (locked.kind === "held") {
    around.complain(
      `a server runs on ${home}${locked.pid ? ` (process ${locked.pid})` : ""}; stop it, then run this again`,
    )
    return 4
  }
  await using _lock = locked.lock
  return await obey(around, await openAccounts({ disk, home, root: around.program.root }))
}

type People = Awaited<ReturnType<typeof openAccounts>>

async function obey(around: Surroundings, people: People): Promise<number> {
  const [verb, name = "", word] = around.args
  if (verb === "list") {
    for (const one of people.list()) around.print(`${one.id}\t${one.role}\t${one.status}`)
    return 0
  }
  if (verb === "add" && name) {
    const password = await around.readLine(`password for ${name}: `)
    return told(around, await people.add({ name, password, role: word === "--admin" ? "admin" : "member" }, by))
  }
  const id = parseUserName(name.trim().toLowerCase())
  const change = id && changeOf(around, people, id)
  if (change) return told(around, await change())
  around.complain(usage)
  return 2
}

/** What `password` and `role` ask for; undefined when the words make no sense. */
function changeOf(around: Surroundings, people: People, id: UserName) {
  const [verb, , word] = around.args
  if (verb === "password")
    return async () => people.setPassword(id, await around.readLine(`new password for ${id}: `), by)
  if (verb === "role" && (word === "admin" || word === "member")) return () => people.setRole(id, word, by)
  return undefined
}

function told({ print, complain }: Surroundings, { kind }: { kind: string }): number {
  if (kind === "added" || kind === "changed") {
    print(kind)
    return 0
  }
  complain(`refused: ${kind}`)
  return 1
}
