import fromHost from "../../sandbox/rootfs-from-host.sh" with { type: "text" }
import fromMirror from "../../sandbox/rootfs-from-mirror.sh" with { type: "text" }
import setup from "../../sandbox/setup.sh" with { type: "text" }
import { id8, type WorkspaceId } from "../lib/ids.ts"

export const scripts = { setup, fromHost, fromMirror }

/** Where a base image comes from. */
export type Source =
  | { kind: "registry"; image: string }
  | { kind: "mirror"; suite?: string; url?: string }
  | { kind: "host" }
  | { kind: "file"; tar: string }

const registryDefault = "ubuntu:24.04"

/** The sources that a `baseImage` setting allows, the preferred first. */
export function sourcesOf(baseImage: string): Source[] {
  if (baseImage === "auto") return [{ kind: "registry", image: registryDefault }, { kind: "mirror" }, { kind: "host" }]
  if (baseImage === "host") return [{ kind: "host" }]
  if (baseImage === "mirror") return [{ kind: "mirror" }]
  if (baseImage.startsWith("file:")) return [{ kind: "file", tar: baseImage.slice("file:".length) }]
  const [, suite, url] = /^debian:([a-z]+)@(https?:\/\/.+)$/.exec(baseImage) ?? []
  return suite && url ? [{ kind: "mirror", suite, url }] : [{ kind: "registry", image: baseImage }]
}

/** What a sandbox needs of this machine's packages; the rest of the list is left to `sudo apt-get install`. */
export const hostPackages = [
  ..."base-files base-passwd bash coreutils dash debianutils diffutils dpkg findutils grep gzip hostname libc-bin login".split(
    " ",
  ),
  ..."mawk ncurses-base passwd perl-base sed sysvinit-utils tar util-linux mount apt ca-certificates curl git jq less".split(
    " ",
  ),
  ..."openssh-client procps bsdextrautils sudo vim python3-minimal xz-utils unzip ripgrep tzdata".split(" "),
] as const

/** The same recipe and source give the same tag, so that an image that is there is used as it is. */
export function baseTag(workspace: WorkspaceId, source: Source): string {
  const recipe = JSON.stringify([setup, source.kind === "host" ? [fromHost, hostPackages] : fromMirror, source])
  const hash = new Bun.CryptoHasher("sha256").update(recipe).digest("hex").slice(0, 16)
  return `localhost/loopat-${id8(workspace)}-base:${hash}`
}
