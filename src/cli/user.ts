import { join } from "node:path"
import { openAccounts } from "../app/open-accounts.ts"
import { parseUserName } from "../lib/ids.ts"
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
  const people = await openAccounts({ disk, home, root: around.program.root })
  const [verb, name, word] = around.args
  if (verb === "list") {
    for (const one of people.list()) around.print(`${one.id}\t${one.role}\t${one.status}`)
    return 0
  }
  const id = parseUserName(name?.trim().toLowerCase())
  if (verb === "add" && name) {
    const password = await around.readLine(`password for ${name}: `)
    return told(around, await people.add({ name, password, role: word === "--admin" ? "admin" : "member" }, by))
  }
  if (verb === "password" && id)
    return told(around, await people.setPassword(id, await around.readLine(`new password for ${id}: `), by))
  if (verb === "role" && id && (word === "admin" || word === "member"))
    return told(around, await people.setRole(id, word, by))
  around.complain(usage)
  return 2
}

function told({ print, complain }: Surroundings, { kind }: { kind: string }): number {
  if (kind === "added" || kind === "changed") {
    print(kind)
    return 0
  }
  complain(`refused: ${kind}`)
  return 1
}
