import { parseUserName } from "../lib/ids.ts"
import { Secret } from "../platform/secret.ts"
import type { Bearer, Share } from "./share.ts"

/** What a browser keeps that was let in: whom it is for, which share, and until when, signed with the workspace's key. */
export interface Passes {
  issue(share: Pick<Share, "id">, bearer: Bearer, until: number): Promise<string>
  /** Whom a pass is for; undefined for one that is forged, another share's or over. */
  read(share: Pick<Share, "id">, pass: string): Promise<Bearer | undefined>
  /** The last part of the secret link: 128 bits that nobody can work out and that nothing has to store. */
  linkToken(share: Pick<Share, "id" | "link">): Promise<string>
  isLinkToken(share: Pick<Share, "id" | "link">, token: string): Promise<boolean>
}

export interface PassNeeds {
  key(): Promise<Secret | undefined>
  now(): number
}

export function createPasses({ key, now }: PassNeeds): Passes {
  async function sign(text: string): Promise<Buffer> {
    const secret = await key()
    if (!secret) throw new Error("a pass before the first share")
    return secret.seal(text)
  }
  const mac = async (text: string) => (await sign(`pass ${text}`)).toString("base64url")
  const token = async ({ id, link }: Pick<Share, "id" | "link">) =>
    (await sign(`link ${id} ${link}`)).subarray(0, 16).toString("base64url")

  return {
    linkToken: token,
    isLinkToken: async (share, given) => new Secret(await token(share)).matches(given),
    async issue({ id }, bearer, until) {
      const whom = bearer.kind === "link" ? ["link", String(bearer.link)] : [bearer.user, bearer.login]
      const text = [id, bearer.kind, ...whom, String(until)].join("~")
      return `${text}~${await mac(text)}`
    },
    async read({ id }, pass) {
      const at = pass.lastIndexOf("~")
      const text = pass.slice(0, Math.max(0, at))
      const [of, kind, first = "", second = "", until] = text.split("~")
      if (of !== id || pass.length > 400 || !new Secret(await mac(text)).matches(pass.slice(at + 1))) return undefined
      if (!(Number(until) > now())) return undefined
      if (kind === "link") return { kind, link: Number(second) }
      const user = parseUserName(first)
      return user && { kind: "login", user, login: second }
    },
  }
}
