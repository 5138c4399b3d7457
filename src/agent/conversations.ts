import type { LoopId } from "../lib/ids.ts"
import type { LoopRecord } from "../loops/index.ts"
import { type AgentFile, nothingSaved } from "./agent-file.ts"
import type { Copied, Session } from "./live-agent.ts"
import type { AgentNeeds } from "./needs.ts"
import { placeBefore } from "./place-before.ts"

/** Which conversation the agent's next process goes on with. Every choice is recorded before an agent hears of it. */
export interface Conversations {
  /** The loop's own, as far as before a turn that must not be remembered; a new one where there is none yet. */
  choose(record: LoopRecord): Promise<Session>
  /** In the place of a copy whose beginning the agent does not find: all of what was to be copied. */
  whole(copied: Copied): Promise<Session>
  /** In the place of one that the agent does not know. Undefined when it is lost. */
  insteadOf(unknown: Session): Promise<Session | undefined>
}

export interface ConversationsNeeds extends Pick<AgentNeeds, "loops" | "ids"> {
  loop: LoopId
  file: Pick<AgentFile, "update">
  /** What that file says; nothing where it is missing or unreadable. */
  read: AgentFile["read"]
  hasSpoken(): boolean
  undone(): string | undefined
}

/** More than are made before one of them is written down. */
const copiesKept = 5

export function createConversations({ loop, loops, ids, file, read, ...needs }: ConversationsNeeds): Conversations {
  /** A kill after this cannot lose the conversation. */
  async function record(id: string): Promise<void> {
    await loops.change(loop, (newest) => ({ ...newest, agentSession: id }))
  }

  /**
   * One of its own, because an agent that goes back within a conversation marks the place there, and one that comes
   * after a kill would go back to the same place and forget everything since.
   */
  async function copy(copied: Copied): Promise<Session> {
    const id = ids.uuid()
    await file.update((saved = nothingSaved) => ({
      ...saved,
      copies: [...(saved.copies ?? []), { id, ...copied }].slice(-copiesKept),
    }))
    await record(id)
    return { id, resume: true, copied }
  }

  return {
    async choose({ agentSession: known }) {
      const saved = await read()
      const undone = needs.undone()
      if (known !== undefined && (needs.hasSpoken() || (saved?.session === known && saved.begun))) {
        if (undone === undefined) return { id: known, resume: true }
        const place = await placeBefore(loops.transcript(loop), undone)
        if (place.kind === "at") return copy({ of: known, upTo: place.uuid })
      }
      const id = ids.uuid()
      await record(id)
      return { id, resume: false }
    },
    async whole({ of }) {
      await record(of)
      return { id: of, resume: true }
    },
    async insteadOf({ id, copied }) {
      const unknown = copied?.of ?? id
      // The agent writes a copy down with its first message: where it was killed before, what was copied is still there.
      const origin = (await read())?.copies?.find((one) => one.id === unknown)
      return origin && copy({ of: origin.of, upTo: copied?.upTo ?? origin.upTo })
    },
  }
}
