import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { flawSentences } from "../accounts/index.ts"
import { openAccounts } from "../app/open-accounts.ts"
import { systemClock } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { Unreadable } from "../platform/disk/json-file.ts"
import { lockHome } from "../platform/disk/lock.ts"
import type { Surroundings } from "./command.ts"
import { askServer } from "./control.ts"
import { type Answer, obey, type Order } from "./orders.ts"
import { usage } from "./usage.ts"

/**
 * `loopat token add NAME [--read] · list NAME · remove NAME ID` and
 * `loopat user list · add NAME [--admin] · password NAME · role NAME admin|member`. While a server runs on the home it is
 * the one that does it; without one the command holds the home itself.
 */
export async function token(around: Surroundings): Promise<number> {
  const [verb = "", ...rest] = around.args
  return user({ ...around, args: [`token-${verb}`, ...rest] })
}

export async function user(around: Surroundings): Promise<number> {
  const asked = parseWords(around)
  const order = asked && (await orderOf(asked, around))
  if (!asked || !order) {
    around.complain(usage)
    return 2
  }
  try {
    const answer = await carryOut(asked.home, order, around)
    return typeof answer === "number" ? answer : tell(around, answer)
  } catch (error) {
    return explain(around, asked.home, error)
  }
}

/** The failures that the person at the terminal can do something about; every other is thrown on. */
function explain({ complain }: Surroundings, home: string, error: unknown): number {
  if (error instanceof Unreadable) {
    complain(`${error.message}\nRepair the file, or put a good copy in its place; nothing was changed.`)
    return 78
  }
  if (!isNotPermitted(error)) throw error
  complain(`${home} belongs to another user of this machine; run this as the user who runs the server`)
  return 1
}

const isNotPermitted = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM")

interface Words {
  home: string
  verb: string
  name: string
  word: string
  admin: boolean
  read: boolean
}

/** Undefined when there is a flag that no such command has. */
function parseWords({ args, env }: Surroundings): Words | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: {
        home: { type: "string" },
        admin: { type: "boolean", default: false },
        read: { type: "boolean", default: false },
      },
      allowPositionals: true,
    })
    const home = values.home ?? env["LOOPAT_HOME"] ?? join(env["HOME"] ?? "/", ".loopat")
    const [verb = "", name = "", word = "", ...more] = positionals
    return more.length > 0
      ? undefined
      : { home: resolve(home), verb, name, word, admin: values.admin, read: values.read }
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** Asks for the password where one is needed: it is never a word of the command line, which others can see. */
async function orderOf(words: Words, around: Surroundings): Promise<Order | undefined> {
  const { verb, name, word, admin } = words

  if (verb === "list" && name === "") return { verb }
  if (name === "") return undefined
  if (verb === "role" && (word === "admin" || word === "member")) return { verb, name, role: word }
  if (verb.startsWith("token-")) return tokenOrderOf(words)
  if (word !== "") return undefined
  if (verb === "add") {
    const password = await around.readLine(`password for ${name}: `)
    return { verb, name, password, role: admin ? "admin" : "member" }
  }
  if (verb === "password") return { verb, name, password: await around.readLine(`new password for ${name}: `) }
  return undefined
}

function tokenOrderOf({ verb, name, word, read }: Words): Order | undefined {
  if (verb === "token-remove") return word === "" ? undefined : { verb, name, id: word }
  if (word !== "") return undefined
  if (verb === "token-add") return { verb, name, scopes: read ? ["git:read"] : ["git:read", "git:write"] }
  return verb === "token-list" ? { verb, name } : undefined
}

/** The answer, or the exit code when nobody could do it. */
async function carryOut(home: string, order: Order, around: Surroundings): Promise<Answer | number> {
  const disk = createDisk()
  await disk.makeFolder(home)
  const locked = await lockHome(join(home, "lock"), { pid: process.pid }, systemClock)
  if (locked.kind === "locked") {
    await using _lock = locked.lock
    return await obey(await openAccounts({ disk, home, root: around.program.root }), order)
  }
  const answer = await askServer(home, order)
  if (answer) return answer
  around.complain(
    `another loopat holds ${home}${locked.pid ? ` (process ${locked.pid})` : ""} and does not answer yet; try again in a moment, or stop it first`,
  )
  return 4
}

function tell({ print, complain }: Surroundings, { kind, people, tokens, made }: Answer): number {
  if (made !== undefined) {
    print(made)
    return 0
  }
  if (tokens) {
    for (const one of tokens) print(`${one.id}\t${one.scopes}\t${one.createdAt}\t${one.used}`)
    return 0
  }
  if (people) {
    for (const one of people) print(`${one.name}\t${one.role}\t${one.status}`)
    return 0
  }
  if (kind === "added" || kind === "changed" || kind === "revoked") {
    print(kind)
    return 0
  }
  complain(`refused (${kind}): ${sentences[kind] ?? "see the server's log"}`)
  return 1
}

const sentences: Record<string, string> = {
  ...flawSentences("en"),
  "no-such-user": "There is nobody of this name. `loopat user list` shows who there is.",
  "no-such-token": "There is no such token. `loopat token list NAME` shows that person's.",
  "too-many-tokens": "One person has at most 50 tokens. Remove one that is no longer used.",
  "last-admin": "This is the last active admin. Make somebody else an admin first.",
  busy: "The server is checking many passwords right now. Try again in a few seconds.",
  "not-understood": "The running server is of another version. Restart it, then try again.",
  failed: "The server met an error. Its log says why; `loopat user list` shows who there is now.",
}
