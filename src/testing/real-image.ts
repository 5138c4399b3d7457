import { newWorkspaceId, type WorkspaceId } from "../lib/ids.ts"
import { systemClock, systemIds } from "../platform/clock.ts"
import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import { createProcesses, type Processes } from "../platform/process/processes.ts"
import type { ImageHealth } from "../sandbox/contract.ts"
import { ensureImage, type ImageOutcome } from "../sandbox/image.ts"
import { type PodmanHost, probePodman } from "../sandbox/podman-host.ts"
import { type MisePin, misePinFor } from "../sandbox/recipe.ts"
import { podmanEnvironment, testSettings } from "./base-image.ts"
import { tempFolder } from "./temp-folder.ts"

/** Base images made by real podman, in a workspace of their own that is gone afterwards. */
export interface RealImages extends AsyncDisposable {
  processes: Processes
  folder: string
  workspace: WorkspaceId
  /** What was told last. */
  told(): ImageHealth | undefined
  make(baseImage: string, mise?: MisePin): Promise<ImageOutcome>
  /** What stands wrong in an image, by the one list that every source must pass; with this installer in it, or none. */
  faults(tag: string, mise: MisePin | undefined): Promise<string[]>
  podman(...args: string[]): Promise<string>
}

export async function realImages(): Promise<RealImages> {
  const temp = await tempFolder()
  const processes = createProcesses(podmanEnvironment())
  const server = {
    ...{ uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, arch: process.arch, build: "test" },
    ...{ executable: process.execPath, guestArguments: [] },
  }
  const workspace = newWorkspaceId(systemIds)
  const probe = await probePodman(processes, testSettings, server)
  if (probe.kind !== "usable") throw new Error(probe.obstacle.detail)
  let last: ImageHealth | undefined
  const podman = async (...args: string[]) =>
    (await processes.run({ argv: ["podman", ...args], timeoutMs: 120_000 })).text
  const needs = { processes, disk: createDisk(), clock: systemClock, log: silentLog, workspace, server }
  return {
    ...{ processes, workspace, podman },
    folder: temp.path,
    told: () => last,
    make: (baseImage, mise = misePinFor(process.arch)) =>
      ensureImage(
        {
          ...needs,
          ...{ baseImage, mise, settings: testSettings, runtimeFolder: temp.path },
          signal: new AbortController().signal,
          tell: (health) => (last = health),
        },
        probe.host,
      ),
    faults: (tag, mise) => faultsOf({ podman, host: probe.host }, tag, mise),
    async [Symbol.asyncDispose]() {
      const images = await podman("images", "--quiet", "--no-trunc", `--filter=label=loopat.workspace=${workspace}`)
      for (const id of new Set(images.split("\n").filter(Boolean))) await podman("rmi", "--force", id)
      await processes[Symbol.asyncDispose]()
      await temp[Symbol.asyncDispose]()
    },
  }
}

/** Says what it expected wherever that is not so. */
const list = `
set -u
want() { [ "$2" = "$3" ] || echo "$1: $2, not $3"; }
want "user" "$(id -u):$(id -g)" "2000:2000"
want "name" "$(id -un)" loopat
want "home" "$HOME" /home/loopat
want "shell" "$(getent passwd loopat | cut -d: -f7)" /bin/bash
want "uid 1000" "$(getent passwd 1000)" ""
want "subuid" "$(cat /etc/subuid)" "loopat:10000:50000"
want "subgid" "$(cat /etc/subgid)" "loopat:10000:50000"
want "sudoers mode" "$(sudo stat -c %a /etc/sudoers.d/loopat)" 440
want "root by sudo" "$(sudo id -u)" 0
sudo apt-get --version >/dev/null || echo "sudo apt-get does not run"
for program in bash find grep sed less setpriv ps column curl git ssh jq vim python3 xz unzip; do
  command -v "$program" >/dev/null || echo "without $program"
done
case $PATH in /opt/loopat-mise/shims:*) ;; *) echo "PATH is $PATH" ;; esac
want "shims" "$(stat -c %U /opt/loopat-mise/shims)" loopat
want "mise" "$(mise --version 2>/dev/null | cut -d' ' -f1)" "$MISE_VERSION"
want "mise checksum" "$(sha256sum /usr/local/bin/mise 2>/dev/null | cut -d' ' -f1)" "$MISE_SHA256"
mkdir -m 700 -p ~/.ssh && printf 'Host inner\\n  HostName found.example\\n' >~/.ssh/config
want "ssh" "$(ssh -G inner | sed -n 's/^hostname //p')" found.example
grep -q ^github.com /etc/ssh/ssh_known_hosts || echo "the keys of well-known hosts are missing"
want "locale" "$LANG" C.UTF-8
`

interface Looking {
  podman: RealImages["podman"]
  host: PodmanHost
}

async function faultsOf({ podman, host }: Looking, tag: string, pin: MisePin | undefined): Promise<string[]> {
  const ids =
    host.ids.kind === "range"
      ? [`--uidmap=0:${host.ids.base}:65536`, `--gidmap=0:${host.ids.base}:65536`]
      : ["--userns=keep-id:uid=2000,gid=2000"]
  const told = [`--env=MISE_VERSION=${pin?.version ?? ""}`, `--env=MISE_SHA256=${pin?.sha256 ?? ""}`]
  const said = await podman("run", "--rm", "--pull=never", "--network=none", ...ids, ...told, tag, "bash", "-c", list)
  const [labels] = JSON.parse(await podman("image", "inspect", tag)) as [{ Labels: Record<string, string> }]
  const labelled = labels.Labels["loopat.image"] === "base" ? [] : ["it is not labelled as a base image"]
  return [...said.split("\n").filter(Boolean), ...labelled]
}
