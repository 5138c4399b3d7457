import { z } from "zod"
import type { LoopId } from "../lib/ids.ts"
import type { Loops } from "../loops/index.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { JsonFile } from "../platform/disk/json-file.ts"

const Begun = z.object({
  /** Names this run of the command; the same request has the same one. */
  run: z.string().regex(/^[0-9a-f]{16}$/),
  clientId: z.string(),
  command: z.string(),
  by: z.string(),
  /** RFC 3339. */
  at: z.string(),
  agentSees: z.boolean(),
  /** Number of the transcript's last line when it began: its own line comes later. */
  after: z.number().int().nonnegative(),
})
/** A command that a person had run, from before it is run until its line stands in the transcript. */
export type Begun = z.infer<typeof Begun>

/** `loops/<uuid>/shell.json`: what must be known of commands after a kill. */
const ShellList = z.object({
  version: z.literal(1),
  running: z.array(Begun),
  /** Client ids of the last ones that ended: asked for once more they are not run again. */
  ended: z.array(z.string()),
  /** Numbers of the lines that the agent has not been given yet. */
  untold: z.array(z.number().int().positive()),
})
export type ShellList = z.infer<typeof ShellList>

export const noCommands: ShellList = { version: 1, running: [], ended: [], untold: [] }
const parseShellList = (value: unknown): ShellList => ShellList.parse(value)

export type ShellFile = JsonFile<ShellList>

export const shellFile = (
  { disk, loops }: { disk: Pick<Disk, "jsonFile">; loops: Pick<Loops, "serverFile"> },
  loop: LoopId,
): ShellFile => disk.jsonFile(loops.serverFile(loop, "shell.json"), parseShellList)

const endedKept = 100
/** Older ones are in the transcript, and the agent can be asked to look at what they did. */
const untoldKept = 20

export const isKnown = ({ running, ended }: ShellList, clientId: string): boolean =>
  ended.includes(clientId) || running.some((one) => one.clientId === clientId)

/** `seq`: its line's number, where the agent is to be told of it. */
export function withEnded(
  list: ShellList,
  { run, clientId }: Pick<Begun, "run" | "clientId">,
  seq?: number,
): ShellList {
  const { running, ended, untold } = list
  return {
    ...list,
    running: running.filter((one) => one.run !== run),
    ended: [...ended.filter((one) => one !== clientId), clientId].slice(-endedKept),
    untold: seq === undefined || untold.includes(seq) ? untold : [...untold, seq].slice(-untoldKept),
  }
}
