import { type LoopId, parseLoopId } from "../lib/ids.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { drivingRefusal, sight } from "./access.ts"
import type { DrivenLoop, Loops, ViewedLoop } from "./contract.ts"
import type { LoopRecord } from "./record.ts"
import type { Records } from "./records.ts"

/** The only two ways to a loop for a person, and the one for the loop itself. */
export function createReading({
  read,
  readDeleted,
}: Pick<Records, "read" | "readDeleted">): Pick<Loops, "forViewer" | "forDriver" | "asItself"> {
  const right = Symbol("driver")

  const viewed = (record: LoopRecord, user: SignedIn): ViewedLoop => ({
    record,
    viewer: user.name,
    drives: record.driver === user.name,
    owns: record.createdBy === user.name,
  })

  /** A deleted loop exists only for the people it belonged to. */
  async function goneFor(id: LoopId, user: SignedIn) {
    const record = await readDeleted(id)
    const mine = record && (record.createdBy === user.name || record.driver === user.name)
    return { kind: mine ? ("deleted" as const) : ("not-found" as const) }
  }

  return {
    async forViewer(given, user) {
      const id = parseLoopId(given)
      const record = id && (await read(id))
      if (!record || sight(record, user) !== "all") return { kind: "not-found" }
      return { kind: "viewed", loop: viewed(record, user) }
    },
    async forDriver(given, user) {
      const id = parseLoopId(given)
      if (!id) return { kind: "not-found" }
      const record = await read(id)
      if (!record) return goneFor(id, user)
      const mine = record.createdBy === user.name || record.driver === user.name
      if (sight(record, user) !== "all" && !(record.state.kind === "deleted" && mine)) return { kind: "not-found" }
      const refused = drivingRefusal(record, user.name)
      if (refused) return refused
      const loop: DrivenLoop = { ...viewed(record, user), drives: true, right }
      return { kind: "driven", loop }
    },
    async asItself(id) {
      const record = (await read(id)) ?? (await readDeleted(id))
      if (!record) return undefined
      const { driver } = record
      const refused = drivingRefusal(record, driver)
      const rests = refused && resting.find((kind) => kind === refused.kind)
      return { driver, ...(rests && { rests }) }
    },
  }
}

/** A loop that somebody may read as one of its people or of the workspace: an admin's sight of a private one is less. */
export const readableFor = (read: Records["read"]) => async (id: LoopId, user: SignedIn["name"]) => {
  const record = await read(id)
  return record && sight(record, { name: user, role: "member" }) === "all" ? record : undefined
}

const resting = ["archived", "deleted", "offered"] as const
