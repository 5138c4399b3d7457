import { constants } from "node:fs"
import { access, stat } from "node:fs/promises"
import { connect } from "node:net"
import { dirname } from "node:path"
import { connect as connectSecurely } from "node:tls"
import { previewAddress } from "../app/defaults.ts"
import type { ServeOptions } from "../app/options.ts"
import { doctorWords } from "../lib/i18n/doctor.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import { shellWord } from "../lib/shell-word.ts"
import { isMissing } from "../platform/disk/calls.ts"
import type { FindingView } from "../../views/props/system.ts"

type Said = Omit<FindingView, "id" | "title">

/** Whether the folder of the workspace can be a server's, by looking at it. */
export async function homeView(home: string, uid: number, locale: Locale): Promise<FindingView> {
  return { id: "home", title: doctorWords(locale).home, ...(await homeSaid(home, uid, locale)) }
}

async function homeSaid(home: string, uid: number, locale: Locale): Promise<Said> {
  const words = doctorWords(locale)
  const found = await look(home)
  if (found === "not ours" || (found && found.uid !== uid))
    return { state: "blocking", sentence: words.homeForeign(home), remedy: words.homeForeignRemedy }
  if (found && !found.isDirectory())
    return { state: "blocking", sentence: words.homeIsFile(home), remedy: words.homeElsewhere }
  const folder = await standingFolder(home)
  if (!(await isAllowed(folder)))
    return { state: "blocking", sentence: words.homeReadOnly(folder), remedy: words.homeElsewhere }
  if (!found) return { state: "ok", sentence: words.homeAbsent(home) }
  if ((found.mode & 0o077) === 0) return { state: "ok", sentence: words.homeThere(home) }
  const command = `chmod 700 ${shellWord(home)}`
  return { state: "warning", sentence: words.homeOpen(home), remedy: words.homeOpenRemedy, command }
}

/** The folder itself, or where a server would make it: the nearest one above that exists. */
export async function standingFolder(path: string): Promise<string> {
  const found = await look(path)
  return found !== undefined || path === dirname(path) ? path : standingFolder(dirname(path))
}

async function look(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    if (error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "ENOTDIR"))
      return "not ours"
    throw error
  }
}

const isAllowed = (folder: string): Promise<boolean> =>
  access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )

/** Whether the address of pages is free, or answers as a server does. */
export async function portView(options: ServeOptions, isRunning: boolean, locale: Locale): Promise<FindingView> {
  const words = doctorWords(locale)
  const { host, port } = options
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`
  const answer = await knock(options)
  const view = { id: "port", title: words.port } as const
  if (answer === "nobody") return { ...view, state: "ok", sentence: words.portFree(address) }
  if (answer === "a server" && isRunning) return { ...view, state: "ok", sentence: words.portOurs(address) }
  const said = { sentence: words.portTaken(address), remedy: words.portTakenRemedy }
  // A server that runs may well listen elsewhere.
  return { ...view, state: isRunning ? "warning" : "blocking", ...said }
}

/** Whether previews have a place, and one that is well away from the pages. */
export async function previewView(options: ServeOptions, isRunning: boolean, locale: Locale): Promise<FindingView> {
  const words = doctorWords(locale)
  const { host, port, domain } = options.preview
  const view = { id: "preview", title: words.preview } as const
  const address = previewAddress(options)
  if (domain === undefined || address === undefined)
    return { ...view, state: "ok", sentence: words.previewOff, remedy: words.previewOffRemedy }
  const answer = isRunning || port === 0 ? "nobody" : await knock({ ...options, host, port })
  if (answer !== "nobody")
    return { ...view, state: "warning", sentence: words.portTaken(`${host}:${port}`), remedy: words.previewTakenRemedy }
  const near = options.publicUrl && siteOf(options.publicUrl.hostname) === siteOf(domain)
  if (near) return { ...view, state: "warning", sentence: words.previewNear(domain), remedy: words.previewNearRemedy }
  return { ...view, state: "ok", sentence: words.previewAt(address) }
}

/** The last two parts of a name: what browsers usually count as one site. */
const siteOf = (name: string): string => name.split(".").slice(-2).join(".")

const patienceMs = 3_000
const everywhere: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" }

/** By a socket of its own: a proxy that the environment names has no part in this. */
function knock({ host, port, tls }: ServeOptions): Promise<"nobody" | "a server" | "somebody"> {
  const { promise, resolve } = Promise.withResolvers<"nobody" | "a server" | "somebody">()
  const to = { host: everywhere[host] ?? host, port }
  // Whose certificate it is does not matter to the question whether the port is free.
  const socket = tls ? connectSecurely({ ...to, rejectUnauthorized: false }) : connect(to)
  let heard = ""
  socket.setTimeout(patienceMs, () => socket.destroy())
  socket.on(tls ? "secureConnect" : "connect", () => socket.write("GET /livez HTTP/1.0\r\n\r\n"))
  socket.on("data", (piece: Buffer) => {
    heard += piece.toString("latin1")
    if (heard.length > 10_000 || /\r\n\r\nok/.test(heard)) socket.destroy()
  })
  socket.on("error", (error) => {
    if ("code" in error && (error.code === "ECONNREFUSED" || error.code === "EADDRNOTAVAIL")) resolve("nobody")
  })
  socket.on("close", () => resolve(/^HTTP\/1\.\d 200 [^]*\r\n\r\nok$/.test(heard) ? "a server" : "somebody"))
  return promise
}
