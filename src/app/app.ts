import type { People, Tokens } from "../accounts/index.ts"
import type { NewId } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { RoutePattern } from "../platform/http/route-table.ts"
import type { Log } from "../platform/log.ts"
import type { HostEnvironment } from "../platform/process/processes.ts"
import type { Secret } from "../platform/secret.ts"
import type { ServeOptions } from "./options.ts"

/** Everything the program takes from outside, as `main` found it. Two apps in one process share nothing. */
export interface AppNeeds {
  options: ServeOptions
  program: {
    root: string
    assets: string
    self: readonly string[]
    executable: string
    arch: string
    build: string
    nearby: string
  }
  machine: { uid: number; gid: number; hostname: string; environment: HostEnvironment }
  /** A provider key that the server was started with: offered at set-up, never used by itself. */
  environmentKey?: Secret
  /** Opens `/metrics`. */
  metricsToken?: Secret
  /** Seconds that a connection may be silent, by default 30. */
  patienceS?: number
  disk: Disk
  clock: Clock
  ids: NewId
  log: Log
}

export type Opened = { kind: "opened"; app: App } | { kind: "unreadable" | "newer"; problem: string }

export interface App extends AsyncDisposable {
  /** Every route and socket, for the test that knocks at each as a stranger. */
  readonly routes: readonly RoutePattern[]
  /** Answers one request, as the listener would. */
  answer(request: Request): Promise<Response>
  listen(): { kind: "listening"; address: string } | { kind: "in-use" }
  /** What may take its time and must not keep pages waiting: podman, image, agent, recovery. */
  begin(): void
  /** For the commands of the server's own user. */
  readonly people: People
  readonly tokens: Tokens
  workspaceName(): string
  /** While there is no account. */
  setUpToken(): { token: Secret; needed: boolean } | undefined
}
