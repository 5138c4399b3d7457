import fromHost from "../../sandbox/rootfs-from-host.sh" with { type: "text" }
import fromMirror from "../../sandbox/rootfs-from-mirror.sh" with { type: "text" }
import setup from "../../sandbox/setup.sh" with { type: "text" }
import { id8, type WorkspaceId } from "../lib/ids.ts"
import type { ImageStep } from "./contract.ts"

export const scripts = { setup, fromHost, fromMirror }

/** Where a base image comes from. */
export type Source =
  | { kind: "registry"; image: string }
  | { kind: "mirror"; suite?: string; url?: string }
  | { kind: "host" }
  | { kind: "file"; tar: string }
  /** Used as it is. */
  | { kind: "given"; image: string }

/** What of a source is its own: a reference, a mirror, a file. */
export function fromOf(source: Source): string | undefined {
  if (source.kind === "registry" || source.kind === "given") return source.image
  if (source.kind === "file") return source.tar
  return source.kind === "mirror" && source.url ? `${source.suite} ${source.url}` : undefined
}

export const imageSteps: readonly ImageStep[] = [
  ...(["get", "collect", "unpack", "user", "packages", "root", "containers", "folders", "tools", "hosts"] as const),
  ...(["check", "pack", "store"] as const),
]

/** The steps that this source takes; the scripts name them in this order. */
export function stepsOf({ kind }: Source): readonly ImageStep[] {
  const left: Record<Source["kind"], readonly ImageStep[]> = {
    registry: ["collect", "unpack"],
    mirror: ["get", "packages"],
    host: ["get", "packages"],
    file: ["get", "collect", "packages"],
    given: imageSteps.filter((step) => step !== "get"),
  }
  return imageSteps.filter((step) => !left[kind].includes(step))
}

/** The tool-chain installer inside: exactly this one, or none. */
export interface MisePin {
  version: string
  package: string
  /** Of the program itself. */
  sha256: string
}

/** Undefined: no checksum is known for this processor, so the installer stays out. */
export function misePinFor(arch: string): MisePin | undefined {
  if (arch !== "x64") return undefined
  return {
    version: "2026.9.15",
    package: "@jdxcode/mise-linux-x64",
    sha256: "09ea631d6f3e7031d63606a0892dc4c796f9fb57f493bc45937f9f7113c88216",
  }
}

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
export function baseTag(workspace: WorkspaceId, source: Source, mise: MisePin | undefined): string {
  const rootfs = source.kind === "host" ? [fromHost, hostPackages] : fromMirror
  const recipe = JSON.stringify([setup, rootfs, source, mise ?? null])
  const hash = new Bun.CryptoHasher("sha256").update(recipe).digest("hex").slice(0, 16)
  return `localhost/loopat-${id8(workspace)}-base:${hash}`
}
