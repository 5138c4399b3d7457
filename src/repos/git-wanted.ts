import { parseRepoName, type RepoName } from "../lib/ids.ts"
import type { Asker } from "./asker.ts"
import type { CodeShelf, Shelf } from "./contract.ts"

/** What a request of git is about. */
export interface Wanted {
  /** As people call the repository. */
  name: string
  shelf: Shelf | CodeShelf
  service: "git-upload-pack" | "git-receive-pack"
  advertise: boolean
}

const address =
  /^\/git\/(knowledge|notes|personal(?:-[a-z0-9_-]{1,32})?|code\/[A-Za-z0-9_.-]{1,64})\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** Undefined where the address is none of a repository of ours. */
export function parseWanted(method: string, url: URL, asker: Asker): Wanted | undefined {
  const [, name = "", rest = ""] = address.exec(url.pathname) ?? []
  const advertise = rest === "info/refs"
  const service = advertise ? url.searchParams.get("service") : rest
  if (service !== "git-upload-pack" && service !== "git-receive-pack") return undefined
  if (method !== (advertise ? "GET" : "POST")) return undefined
  const shelf = shelfNamed(name, asker)
  return shelf && { name: shelf.context === "code" ? shelf.name : name, shelf, service, advertise }
}

/** `personal` is whoever asks; nothing in an address names somebody else. */
function shelfNamed(name: string, { user }: Asker): Wanted["shelf"] | undefined {
  if (name === "personal" || name === `personal-${user}`) return { context: "personal", user }
  if (name === "knowledge" || name === "notes") return { context: name }
  const code = name.startsWith("code/") ? parseRepoName(name.slice("code/".length)) : undefined
  return code && { context: "code", name: code }
}

/** An address that goes on behind that of a repository: which one, and what stands behind it. */
export function parseCopyRest({ pathname }: URL): { name: RepoName; rest: string } | undefined {
  const [, name = "", rest = ""] =
    /^\/git\/code\/([A-Za-z0-9_.-]{1,64}?)\.git([^?#]+\/info\/refs)$/.exec(pathname) ?? []
  const code = parseRepoName(name)
  return code && { name: code, rest }
}
