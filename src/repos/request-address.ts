import { hostOf } from "./outside-remote.ts"

/** Where a host's page to open a request for a branch is; undefined of a host whose pages nobody knows. */
export function requestAddress(
  address: string,
  { branch, trunk }: { branch: string; trunk: string },
): string | undefined {
  const host = pageHost(address)
  const path = repositoryPath(address)
  if (host === undefined || path === undefined) return undefined
  const repository = `https://${host}/${inPath(path)}`
  const compare = `${repository}/compare/${inPath(trunk)}...${inPath(branch)}`
  if (/github/i.test(host)) return `${compare}?expand=1`
  if (/gitea|forgejo|codeberg/i.test(host)) return compare
  if (!/gitlab/i.test(host)) return undefined
  const query = new URLSearchParams({
    "merge_request[source_branch]": branch,
    "merge_request[target_branch]": trunk,
  })
  return `${repository}/-/merge_requests/new?${query}`
}

/** An https address names the port of the pages, one of ssh that of ssh. */
const pageHost = (address: string): string | undefined =>
  address.startsWith("https:") ? URL.parse(address)?.host : hostOf(address)

function repositoryPath(address: string): string | undefined {
  const written = URL.parse(address)?.host ? URL.parse(address)?.pathname : address.split(":").slice(1).join(":")
  const path = written?.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "")
  return path?.includes("/") ? path : undefined
}

/** Nothing of it can end the path. */
const inPath = (text: string): string => text.replaceAll(/[^A-Za-z0-9/_.~-]/g, (sign) => encodeURIComponent(sign))
