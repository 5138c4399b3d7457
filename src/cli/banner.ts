import { urls } from "../lib/urls.ts"
import type { Secret } from "../platform/secret.ts"

export interface BannerFacts {
  build: { version: string }
  workspace: string
  home: string
  /** Where pages are served, without a slash at the end. */
  address: string
  /** Undefined: they are off. */
  previews?: string | undefined
  /** Only while there is no account: the one-time token of the first set-up. */
  setUp: { token: Secret; needed: boolean } | undefined
}

/** The lines a person reads after the start. Holds no secret but the one-time token, and that only where it is asked for. */
export function banner({ build, workspace, home, address, previews, setUp }: BannerFacts): string[] {
  const lines = [`loopat ${build.version}   workspace "${workspace}"   ${home}`, `  pages     ${address}`]
  lines.push(`  previews  ${previews ?? "off: they need --preview-domain"}`)
  if (!setUp) return lines
  const token = setUp.needed ? `  token: ${setUp.token.reveal()}` : ""
  return [...lines, `  set up    open ${address}${urls.setUp}${token}`]
}
