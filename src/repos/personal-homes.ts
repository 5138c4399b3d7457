import { join } from "node:path"
import type { NewId, UserName } from "../lib/ids.ts"
import { isPublicAddress } from "../lib/internet-address.ts"
import { isLocalAddress, parseGitAddress } from "../platform/git/commands.ts"
import type { Disk } from "../platform/disk/disk.ts"
import { publicHalf, sshKeyPair } from "../platform/git/ssh-key.ts"
import { sshHostOf } from "../platform/git/ssh.ts"
import type { Homes, RemoteWanted } from "./attach.ts"
import { type Remote, remoteWith } from "./outside-remote.ts"

/** What a person's own repository is opened with outside: a key for ssh and a token for https. No loop ever has them. */
export interface PersonalKeys {
  /** `key`: the public half, which the outside host is told. */
  shown(user: UserName): Promise<{ key?: string; token: boolean }>
  /** A new pair of keys, in the place of the one before. */
  make(user: UserName): Promise<void>
  /** A token as the outside host gave it, in the place of the one before. */
  keepToken(user: UserName, token: string): Promise<void>
}

export interface PersonalKeysNeeds {
  disk: Disk
  ids: NewId
  /** `<home>/secrets`. */
  secrets: string
  /** What the workspace is called now. */
  workspace(): string
}

const key = "deploy-key"
const token = "deploy-token"
const folderOf = (secrets: string, user: UserName): string => join(secrets, user)

export function createPersonalKeys({ disk, ids, secrets, workspace }: PersonalKeysNeeds): PersonalKeys {
  const comment = (user: UserName) => `loopat:${user}@${workspace().replaceAll(/[^\w.-]+/g, "-")}`
  const write = async (user: UserName, name: string, text: string) => {
    await disk.makeFolder(folderOf(secrets, user))
    await disk.write(join(folderOf(secrets, user), name), text)
  }
  return {
    async shown(user) {
      const folder = folderOf(secrets, user)
      const text = await disk.readText(join(folder, key))
      const half = text === undefined ? undefined : publicHalf(text)
      return {
        ...(half !== undefined && { key: `${half} ${comment(user)}` }),
        token: await disk.exists(join(folder, token)),
      }
    },
    make: (user) => write(user, key, sshKeyPair(ids.hex(32), comment(user)).private),
    keepToken: (user, text) => write(user, token, `${text}\n`),
  }
}

/** The address with the secret that opens it; undefined for what can be nobody's home outside. */
export function personalWanted(text: unknown): RemoteWanted | undefined {
  const address = parseGitAddress(text)
  if (address === undefined || isLocalAddress(address)) return undefined
  return { address, credential: address.startsWith("https:") ? token : key }
}

export interface PersonalHomesNeeds {
  secrets: string
  /** What the account says. */
  remoteOf(user: UserName): string | undefined
  setRemote(user: UserName, address: string | undefined): Promise<void>
}

/** Of everybody's own repository, as the accounts say. */
export const personalHomes = ({ secrets, remoteOf, setRemote }: PersonalHomesNeeds): Homes<UserName> => ({
  shelf: (user) => ({ context: "personal", user }),
  attached: (user) => personalWanted(remoteOf(user)),
  secrets: (user) => folderOf(secrets, user),
  fault: async () => undefined,
  async keep(user, wanted) {
    await setRemote(user, wanted?.address)
    return undefined
  },
})

/** As git is told of it. */
export function personalRemote(
  homes: Pick<Homes<UserName>, "attached" | "secrets">,
  user: UserName,
): Remote | undefined {
  const wanted = homes.attached(user)
  return wanted && remoteWith(wanted.address, wanted.credential, homes.secrets(user))
}

export interface Reach {
  /** IP addresses of a host name; throws an error with a `code` when there are none. */
  lookup(host: string): Promise<string[]>
  /** Addresses of repositories that administrators gave to the workspace. */
  ofWorkspace(): Promise<readonly string[]>
}

/**
 * Whether somebody who is no administrator may have the server knock there: anywhere in the internet, and in a private
 * network where the workspace has a repository at the same host already.
 */
export async function mayKnock(
  address: string,
  { lookup, ofWorkspace }: Reach,
): Promise<"yes" | "private" | "unknown"> {
  const place = placeOf(address)
  if (place === undefined) return "unknown"
  if ((await ofWorkspace()).some((one) => placeOf(one) === place)) return "yes"
  try {
    const found = await lookup(place.slice(0, place.lastIndexOf(":")))
    return found.every(isPublicAddress) ? "yes" : "private"
  } catch (error) {
    if (error instanceof Error && "code" in error) return "unknown"
    throw error
  }
}

/** Host and port. */
function placeOf(address: string): string | undefined {
  const ssh = sshHostOf(address)
  if (ssh) return `${ssh.host.toLowerCase()}:${ssh.port}`
  const url = URL.parse(address)
  return url?.protocol === "https:" ? `${url.hostname.replace(/^\[|\]$/g, "")}:${url.port || "443"}` : undefined
}
