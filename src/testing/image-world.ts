import { createDisk } from "../platform/disk/disk.ts"
import { silentLog } from "../platform/log.ts"
import type { Command } from "../platform/process/command.ts"
import type { ImageHealth } from "../sandbox/contract.ts"
import { ensureImage, type ImageNeeds } from "../sandbox/image.ts"
import type { PodmanHost } from "../sandbox/podman-host.ts"
import { baseTag, sourcesOf } from "../sandbox/recipe.ts"
import { testClock } from "./clock.ts"
import { samplePodman, sampleSettings, sampleWorkspace } from "./sandbox-samples.ts"
import { type Answer, scriptedProcesses } from "./scripted-processes.ts"
import { tempFolder } from "./temp-folder.ts"

const host: PodmanHost = { ...samplePodman, rootless: true, ids: { kind: "keep" } }

export const verb = (command: Command) => command.argv[1]
/** The verb of each call, or the program that is not podman. */
export const asked = (calls: readonly Command[]) =>
  calls.map(({ argv: [program, what, more] }) =>
    program === "podman" ? `${what}${what === "image" ? ` ${more}` : ""}` : program,
  )

type Told<S extends ImageHealth["state"]> = Extract<ImageHealth, { state: S }>

/** Getting a base image, with a podman that answers as the script says. */
export async function imageWorld(
  answer: (command: Command) => Answer | Promise<Answer>,
  over: Partial<ImageNeeds> = {},
) {
  const temp = await tempFolder()
  const told: ImageHealth[] = []
  const processes = scriptedProcesses(answer)
  const clock = testClock()
  const stop = new AbortController()
  const needs: ImageNeeds = {
    processes,
    disk: createDisk(),
    clock,
    log: silentLog,
    workspace: sampleWorkspace,
    runtimeFolder: temp.path,
    server: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, executable: "/opt/loopat" },
    settings: sampleSettings,
    baseImage: "auto",
    mise: undefined,
    signal: stop.signal,
    tell: (health) => void told.push(health),
    ...over,
  }
  return {
    processes,
    told,
    clock,
    stop,
    path: temp.path,
    tagOf: (index: number) =>
      baseTag(sampleWorkspace, sourcesOf(needs.baseImage)[index] ?? { kind: "host" }, needs.mise),
    ensure: () => ensureImage(needs, host),
    /** What was told last, which must be of this state. */
    last<S extends ImageHealth["state"]>(state: S): Told<S> {
      const last = told.at(-1)
      if (last?.state !== state) throw new Error(`the last state is ${last?.state}`)
      return last as Told<S>
    },
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  }
}

/** What podman and its store answer while there is no image. */
export function absent(command: Command): Answer | undefined {
  if (verb(command) === "images") return { text: "[]" }
  return verb(command) === "image" ? { code: 125 } : undefined
}
