import type { LoopId, NewId, UserName } from "../lib/ids.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { Events } from "../platform/events.ts"
import type { Git } from "../platform/git/git.ts"
import type { Log } from "../platform/log.ts"
import type { Hub } from "../platform/sse/hub.ts"
import type { Repos, Shelves } from "../repos/index.ts"
import type { Sandboxes, SandboxSpec } from "../sandbox/contract.ts"
import type { AgentNews, LoopNews } from "./contract.ts"
import type { LoopDefaults } from "./create.ts"
import type { NoteDeed } from "./life.ts"
import type { WorkspaceLimits } from "./limits.ts"
import type { WorkspaceNetwork } from "./outbound.ts"
import type { OriginNeeds } from "./origins/describe.ts"
import type { Walls } from "./strictness.ts"
import type { WorkReport } from "./checkouts/work-report.ts"

export interface LoopsNeeds {
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
  events: Events<LoopNews & AgentNews>
  hub: Hub
  background: Background
  /** `LOOPAT_HOME`. */
  home: string
  repos: Repos
  /** The contexts that every loop gets checkouts of. Absent: loops have none. */
  contexts?: { shelves: Pick<Shelves, "open" | "onMoved" | "onOutside">; git: Git }
  isAdmin(user: UserName): boolean
  /** What a loop that distills is told to do. */
  distillDoctrine: string
  /** Of what somebody typed on a page of a context and that collided with another; only its author's own. */
  heldText: OriginNeeds["heldText"]
  sandboxes: Pick<Sandboxes, "giveAway" | "erase" | "remove" | "start" | "stop">
  defaults(user: UserName): Promise<LoopDefaults>
  /** How a person's commits are signed inside. */
  identity(user: UserName): Promise<SandboxSpec["identity"]>
  /** Looks at a loop's working folder inside its sandbox; undefined when that cannot be done. */
  inspectWork(loop: LoopId): Promise<WorkReport | undefined>
  /** Ends what the agent does in a loop; resolves when it writes nothing more. */
  endWork(loop: LoopId, why: "archived" | "deleted"): Promise<void>
  /** Writes into the audit what somebody did to a loop; durable when it resolves. */
  note: NoteDeed
  /** What the workspace says about the network, as it is now. */
  network(): WorkspaceNetwork
  /** How sandboxes of this workspace are hardened, as it is now. */
  walls(): Walls
  /** What loops may use, as it is now. */
  limits(): WorkspaceLimits
  /** Days that a deleted loop can be brought back. */
  keptDays(): number
}
