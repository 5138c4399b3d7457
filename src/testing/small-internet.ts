import type { RefusedPlaces, WayOut } from "../sandbox/index.ts"

/** A few names with public addresses, all of them one server of this process, behind the real proxy of an allow-list. */
export interface SmallInternet extends WayOut {
  /** Entries of the allow-list; may be changed at any time. */
  hosts: string[]
  /** Names that were looked up, and the addresses that were connected to, in order. */
  lookedUp: string[]
  dialled: string[]
  told: RefusedPlaces[]
  stop(): Promise<void>
}

const publicAddress = "93.184.216.34"

const answers: Record<string, (time: number) => string[]> = {
  "private.listed.test": () => ["127.0.0.1"],
  // The second answer is the one that an attacker wants to be used.
  "rebinding.listed.test": (time) => [time === 0 ? publicAddress : "127.0.0.1"],
  "link-local.listed.test": () => ["169.254.169.254"],
  "mapped.listed.test": () => ["::ffff:127.0.0.1"],
}

export function smallInternet(
  hosts: string[],
  serve: (request: Request) => Response | Promise<Response> = ({ url }) => new Response(`the listed host, at ${url}\n`),
): SmallInternet {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 0, fetch: serve })
  const lookedUp: string[] = []
  const dialled: string[] = []
  const told: RefusedPlaces[] = []
  return {
    ...{ hosts, lookedUp, dialled, told },
    blockRanges: () => [],
    async allowHosts() {
      return this.hosts
    },
    refused: (_, places) => told.push(places),
    async lookup(host) {
      const time = lookedUp.filter((name) => name === host).length
      lookedUp.push(host)
      return answers[host]?.(time) ?? [publicAddress]
    },
    dial({ hostname, port, socket }) {
      dialled.push(`${hostname}:${port}`)
      const isOurs = hostname === publicAddress && (port === 80 || port === 443)
      return Bun.connect({
        hostname: isOurs ? "127.0.0.1" : hostname,
        port: isOurs ? (server.port ?? 0) : port,
        socket,
      })
    },
    stop: () => server.stop(true),
  }
}
