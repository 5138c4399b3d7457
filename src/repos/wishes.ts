import { z } from "zod"
import type { NewId, UserName } from "../lib/ids.ts"
import type { Clock } from "../platform/clock.ts"
import type { Disk } from "../platform/disk/disk.ts"
import type { FileFault } from "../settings/index.ts"
import { type NewEntry, type NewEntryFlaws, readEntry, type Roster } from "./roster.ts"

/** A repository of code that a member would have in the workspace's list. */
const Wish = z.object({
  id: z.string(),
  by: z.string(),
  at: z.number(),
  name: z.string(),
  git: z.string(),
  why: z.string(),
  state: z.enum(["waiting", "accepted", "declined"]),
  /** What an administrator said to it. */
  answer: z.string().default(""),
})
export type Wish = z.infer<typeof Wish>
const WishFile = z.looseObject({ version: z.literal(1), wishes: z.array(Wish) })

export type Asked = { kind: "asked" | "too-many" } | { kind: "flawed"; flaws: NewEntryFlaws }
export type Accepted =
  { kind: "accepted"; name: string } | { kind: "gone" } | { kind: "flawed"; flaws: NewEntryFlaws } | FileFault

/** What members ask for; only administrators change the list itself. */
export interface Wishes {
  /** The newest first. */
  list(): Promise<Wish[]>
  ask(by: UserName, wanted: Pick<Wish, "name" | "git" | "why">): Promise<Asked>
  /** Puts it on the list, as if the administrator had typed it. */
  accept(id: string): Promise<Accepted>
  decline(id: string, answer: string): Promise<Wish | undefined>
  /** Takes back what this person asked for, or puts its answer away; false where there is no such. */
  withdraw(by: UserName, id: string): Promise<boolean>
}

/** Of one person, and of all. */
const most = { own: 20, all: 500 }

interface WishesNeeds {
  disk: Pick<Disk, "jsonFile">
  clock: Clock
  ids: NewId
  /** `<home>/repository-requests.json`. */
  file: string
  roster: Pick<Roster, "add" | "list">
}

export function createWishes({ disk, clock, ids, file: path, roster }: WishesNeeds): Wishes {
  const file = disk.jsonFile(path, (value) => WishFile.parse(value))
  const all = async () => (await file.read())?.wishes ?? []
  const change = (work: (wishes: Wish[]) => Wish[]) =>
    file.update((old) => ({ ...old, version: 1, wishes: work(old?.wishes ?? []) }))

  async function answered(id: string, state: "accepted" | "declined", answer: string): Promise<Wish | undefined> {
    const now = await change((wishes) =>
      wishes.map((one) => (one.id === id && one.state === "waiting" ? { ...one, state, answer } : one)),
    )
    return now.wishes.find((one) => one.id === id && one.state === state)
  }

  const isListed = async ({ name, git }: Wish) =>
    (await roster.list()).some((one) => one.name === name && one.git === git && !one.kept)

  return {
    list: async () => (await all()).toReversed(),
    async ask(by, { name: typed, git: address, why }) {
      const [name, git] = [typed.trim(), address.trim()]
      const read = readEntry(entryOf({ name, git }))
      if (read.kind === "flawed") return read
      const isTaken = (await roster.list()).some((one) => one.name === name)
      if (isTaken) return { kind: "flawed", flaws: { name: "taken" } }
      const id = ids.hex(8)
      const now = await change((wishes) => {
        if (wishes.length >= most.all || wishes.filter((one) => one.by === by).length >= most.own) return wishes
        return [...wishes, { id, by, at: clock.now(), name, git, why: why.trim(), state: "waiting", answer: "" }]
      })
      return { kind: now.wishes.some((one) => one.id === id) ? "asked" : "too-many" }
    },
    async accept(id) {
      const wish = (await all()).find((one) => one.id === id && one.state === "waiting")
      if (!wish) return { kind: "gone" }
      const added = await roster.add(entryOf(wish))
      // The server may have ended between the two, or somebody has listed it by hand.
      if (added.kind !== "added" && !(await isListed(wish))) return added
      await answered(id, "accepted", "")
      return { kind: "accepted", name: wish.name }
    },
    decline: (id, answer) => answered(id, "declined", answer.trim()),
    async withdraw(by, id) {
      const isIt = (one: Wish) => one.id === id && one.by === by
      if (!(await all()).some(isIt)) return false
      await change((wishes) => wishes.filter((one) => !isIt(one)))
      return true
    },
  }
}

const entryOf = ({ name, git }: Pick<Wish, "name" | "git">): NewEntry => ({
  ...{ name, git, access: "mirrored", credential: "", protected: false },
})
