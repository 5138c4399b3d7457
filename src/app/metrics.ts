import { exposition, type Family, type Sample } from "../lib/exposition.ts"
import type { LoopsDoor } from "../loops/index.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { LiveRights } from "../platform/http/live-rights.ts"
import type { ShowProblem } from "../platform/http/problem.ts"
import type { Tally } from "../platform/http/tally.ts"
import type { Processes } from "../platform/process/processes.ts"
import type { Secret } from "../platform/secret.ts"
import type { Hub } from "../platform/sse/hub.ts"

export interface MetricsNeeds {
  /** Who shows it may read; without one there is no such page. */
  token?: Secret
  disk: Pick<Disk, "counts">
  processes: Pick<Processes, "counts">
  hub: Pick<Hub, "counts">
  rights: Pick<LiveRights, "streams">
  tally: Tally
  loops: Pick<LoopsDoor, "shelf">
  /** Turns that ended, by how they ended. */
  turns: ReadonlyMap<string, number>
  openFiles(): Promise<number>
  showProblem: ShowProblem
}

/** `GET /metrics`. No name, title, path or id of anybody stands in it. */
export function createMetrics(needs: MetricsNeeds): (request: Request) => Promise<Response> {
  return async (request) => {
    if (!needs.token) return needs.showProblem({ status: 404, code: "not-found" }, request)
    const given = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1]
    if (given === undefined || !needs.token.matches(given))
      return needs.showProblem({ status: 401, code: "missing-credentials" }, request)
    // Memory can only be compared when what nobody needs any more is gone.
    if (new URL(request.url).searchParams.has("collect")) Bun.gc(true)
    const text = exposition([...platformFamilies(needs), ...(await programFamilies(needs))])
    return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } })
  }
}

const total = (name: string, help: string, value: number | readonly Sample[]): Family =>
  family("counter", name, help)(value)
const now = (name: string, help: string, value: number | readonly Sample[]): Family =>
  family("gauge", name, help)(value)

const family = (type: Family["type"], name: string, help: string) => (value: number | readonly Sample[]) => ({
  name: `loopat_${name}`,
  help,
  type,
  samples: typeof value === "number" ? [{ value }] : value,
})

function platformFamilies({ disk, processes, hub, rights, tally }: MetricsNeeds): Family[] {
  const { opens, writes, syncs, renames, bytesRead, bytesWritten } = disk.counts
  const { open, frames, bytes, cut } = rights.streams
  return [
    total("files_opened_total", "Files opened, folders for fsync included.", opens),
    total("writes_total", "Write calls.", writes),
    total("fsyncs_total", "Calls that made something durable.", syncs),
    total("renames_total", "Whole files put in place.", renames),
    total("read_bytes_total", "Bytes read from files.", bytesRead),
    total("written_bytes_total", "Bytes written to files.", bytesWritten),
    total("processes_total", "Programs started on the host.", counted(processes.counts, "program")),
    total("renders_total", "Live changes rendered, once per kind of viewer.", hub.counts.renders),
    total("deliveries_total", "Rendered changes handed to viewers.", hub.counts.deliveries),
    now("streams", "Open event streams.", open),
    total("stream_frames_total", "Frames sent on event streams.", frames),
    total("stream_bytes_total", "Bytes sent on event streams.", bytes),
    total("streams_cut_total", "Readers cut because they were too far behind.", cut),
    total("requests_total", "Answered requests by route.", tally.requests()),
    total("request_seconds_total", "Seconds that answers took, by route.", tally.seconds()),
  ]
}

async function programFamilies({ loops, turns, openFiles }: MetricsNeeds): Promise<Family[]> {
  const states = new Map<string, number>()
  for (const { state } of loops.shelf.ordered()) states.set(state.kind, (states.get(state.kind) ?? 0) + 1)
  return [
    now("loops", "Loops by state.", counted(states, "state")),
    total("turns_total", "Turns that ended, by how they ended.", counted(turns, "outcome")),
    now("resident_bytes", "Resident memory of this process.", process.memoryUsage.rss()),
    now("open_files", "Open file descriptors of this process.", await openFiles()),
  ]
}

const counted = (counts: ReadonlyMap<string, number>, label: string): Sample[] =>
  [...counts].map(([name, value]) => ({ labels: { [label]: name }, value }))
