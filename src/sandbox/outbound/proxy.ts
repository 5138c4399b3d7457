import type { Socket, SocketHandler } from "bun"
import type { LoopId } from "../../lib/ids.ts"
import { type Clock, within } from "../../platform/clock.ts"
import { bestEffort, type Log } from "../../platform/log.ts"
import { limits } from "../link/protocol.ts"
import { pairing, type Side } from "../link/relay.ts"
import { type Decision, decide, type Frontier } from "./decide.ts"
import { answerTo, FirstWords, type Heard } from "./first-words.ts"
import { createRefusals, type RefusedPlaces } from "./refusals.ts"
import { type Destination, destinationText } from "./rules.ts"

/** Opens a TCP connection to an address, with these callbacks on it. */
export type Dial = (to: { hostname: string; port: number; socket: SocketHandler<Side> }) => Promise<Socket<Side>>

export interface ProxyNeeds {
  loop: LoopId
  /** Path of `proxy.sock`; nothing listens there. */
  socket: string
  /** As it is now: who may go where can change while programs run. */
  frontier(): Promise<Frontier>
  refused(places: RefusedPlaces): void
  dial?: Dial
  clock: Clock
  log: Log
}

const openingMs = 15_000
const dialMs = 15_000

type Wanted = Extract<Heard, { kind: "wanted" }>

/**
 * The way out of a loop with an allow-list: the guest passes on what programs say to 127.0.0.1:4181. Names are looked up
 * here, and the connection goes to the very addresses that were looked at. The loop may send anything; what it costs is
 * bounded by its own connections.
 */
export function createProxy({
  loop,
  socket: path,
  frontier,
  refused,
  clock,
  log,
  dial = Bun.connect,
}: ProxyNeeds): Disposable {
  const refusals = createRefusals(clock, refused)
  let open = 0

  async function serve(client: Socket<Side>, wanted: Wanted): Promise<void> {
    const { by, to, program } = wanted
    const decision = await decide(to, await frontier())
    if (decision.kind === "refused") refusals.note({ ...to, program, why: decision.why })
    const upstream = decision.kind === "open" ? await reach(decision.addresses, to.port, client) : undefined
    if (!upstream) {
      client.write(answerTo(by, decision.kind === "refused" ? "refused" : "unreachable", sentence(to, decision)))
      return void client.end()
    }
    client.write(answerTo(by, "open", ""))
    delete client.data.before
    client.data.other = upstream
    if (wanted.first.length > 0) pairing.data(client, wanted.first)
    upstream.resume()
    if (client.data.ended) upstream.end()
    else if (!client.data.waiting) client.resume()
  }

  /** The first address that answers, paused; undefined when none does. */
  async function reach(
    addresses: readonly string[],
    port: number,
    client: Socket<Side>,
  ): Promise<Socket<Side> | undefined> {
    for (const hostname of addresses) {
      const upstream = await dialInTime({ hostname, port, client })
      if (upstream || client.data.ended) return upstream
    }
    return undefined
  }

  const notMade = (error: unknown) => log.debug("a connection out of a loop was not made", { loop, error })

  /** Without its client, which may talk to another address of the same name by now. */
  const hangUp = (late: Socket<Side>) => {
    delete late.data.other
    late.terminate()
  }

  async function dialInTime({ hostname, port, client }: { hostname: string; port: number; client: Socket<Side> }) {
    const dialled = dial({
      hostname,
      port,
      socket: {
        ...pairing,
        open(upstream) {
          upstream.data = { other: client, ended: false }
          upstream.pause()
        },
      },
    })
    try {
      const upstream = await within(clock, dialMs, dialled)
      if (!upstream) void dialled.then(hangUp, notMade)
      return upstream
    } catch (error) {
      notMade(error)
      return undefined
    }
  }

  function hear(client: Socket<Side>, words: FirstWords, bytes: Uint8Array): Wanted | undefined {
    const heard = words.push(bytes)
    if (heard.say) client.write(heard.say)
    if (heard.kind === "wanted") return heard
    if (heard.kind === "nonsense") client.end()
    return undefined
  }

  const listener = Bun.listen<Side>({
    unix: path,
    socket: {
      ...pairing,
      open(client) {
        client.data = { ended: false }
        if (++open > limits.connections) return void client.terminate()
        const words = new FirstWords()
        const cancel = clock.after(openingMs, () => client.terminate())
        client.data.before = (bytes) => {
          const wanted = hear(client, words, bytes)
          if (!wanted) return
          cancel()
          client.pause()
          client.data.before = () => client.terminate()
          void bestEffort(log, "serve a connection out of a loop", () => serve(client, wanted))
        }
      },
      close(client) {
        open--
        pairing.close(client)
      },
    },
  })
  return {
    [Symbol.dispose]() {
      listener.stop(true)
      refusals[Symbol.dispose]()
    },
  }
}

function sentence(to: Destination, decision: Decision): string {
  const place = destinationText(to)
  if (decision.kind === "refused" && decision.why === "name")
    return `${place} is not on this loop's list of hosts. The loop's page shows this and how to change it.`
  if (decision.kind === "refused")
    return `${to.host} leads to an address that this loop may not reach unless the address itself is listed.`
  if (decision.kind === "unknown-name") return `no address was found for ${to.host}.`
  return `${place} did not answer.`
}
