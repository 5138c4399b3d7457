/**
 * Who there is, what there is, and what a permission means for each pair of them. Written from the rules and not from the
 * program: the matrix holds the program against this.
 */
export const actors = {
  anonymous: { signedIn: false },
  /** Registered, not let in yet; with a login that must not count. */
  pending: { signedIn: false },
  disabled: { signedIn: false },
  /** A tombstone whose login was forgotten. */
  deleted: { signedIn: false },
  /** Its login has reached its end. */
  expired: { signedIn: false },
  /** Nothing to do with any loop: reads what the workspace may read. */
  member: { signedIn: true },
  owner: { signedIn: true, owns: true },
  driver: { signedIn: true, drives: true },
  /** The one to whom a loop is offered. */
  promised: { signedIn: true, promised: true },
  admin: { signedIn: true, rules: true },
} satisfies Record<string, Standing>

interface Standing {
  signedIn: boolean
  owns?: true
  drives?: true
  promised?: true
  rules?: true
}

export type Actor = keyof typeof actors
export const everybody = Object.keys(actors) as Actor[]

export const loopKinds = {
  open: { private: false, state: "driven" },
  private: { private: true, state: "driven" },
  archived: { private: false, state: "archived" },
  "private archived": { private: true, state: "archived" },
  offered: { private: true, state: "offered" },
  deleted: { private: false, state: "deleted" },
  "private deleted": { private: true, state: "deleted" },
} as const

export type LoopKind = keyof typeof loopKinds
export const everyLoop = Object.keys(loopKinds) as LoopKind[]

/** Whose provider the address names: the workspace's, or the owner's own. */
export type ProviderKind = "workspace" | "personal"

export type Permission =
  /** Answers strangers. */
  | "anybody"
  | "signed-in"
  /** Is an administrator. */
  | "rule"
  /** Sees the loop. */
  | "read"
  /** Is its driver, and it is being driven. */
  | "drive"
  /** Looks after the loop as a thing: owner, driver, admin. */
  | "keep"
  /** The same, while it is not put away. */
  | "name"
  /** Gives it away: owner, admin. */
  | "give-away"
  /** Brings a deleted one back, or erases it: owner, admin. */
  | "bring-back"
  /** May think with the provider. */
  | "use-provider"
  /** May see the provider's settings and change them; who may not is told that there is none. */
  | "edit-provider"
  /** The same; who may not is told so. */
  | "remove-provider"

export type Verdict = "in" | "entrance" | "nothing" | "refused" | "closed"

export interface Subject {
  loop?: LoopKind
  provider?: ProviderKind
}

export function verdictOf(permission: Permission, actor: Actor, { loop, provider }: Subject): Verdict {
  const who: Standing = actors[actor]
  if (permission === "anybody") return "in"
  if (!who.signedIn) return "entrance"
  if (permission === "signed-in") return "in"
  if (permission === "rule") return who.rules ? "in" : "refused"
  if (loop) return ofLoop(permission, who, loop)
  return ofProvider(permission, who, provider ?? "workspace")
}

/** How somebody stands to one loop. */
interface Relation {
  owns: boolean
  drives: boolean
  /** Owner or driver, also of one that is gone. */
  was: boolean
  sees: boolean
  state: (typeof loopKinds)[LoopKind]["state"]
}

function relate(who: Standing, kind: LoopKind): Relation {
  const { private: hidden, state } = loopKinds[kind]
  const was = Boolean(who.owns ?? who.drives)
  const sees = state !== "deleted" && (!hidden || was || (who.promised === true && state === "offered"))
  return { owns: Boolean(who.owns ?? who.rules), drives: Boolean(who.drives), was, sees, state }
}

const unseen = ({ sees }: Relation): Verdict => (sees ? "refused" : "nothing")

function keeps(relation: Relation): Verdict {
  if (relation.state === "deleted") return "nothing"
  return relation.owns || relation.drives ? "in" : unseen(relation)
}

const loopRules: Partial<Record<Permission, (relation: Relation) => Verdict>> = {
  read: ({ sees }) => (sees ? "in" : "nothing"),
  drive(relation) {
    if (!relation.sees) return relation.state === "deleted" && relation.was ? "closed" : "nothing"
    if (relation.state !== "driven") return "closed"
    return relation.drives ? "in" : "refused"
  },
  keep: keeps,
  name: (relation) => (keeps(relation) === "in" && relation.state === "archived" ? "closed" : keeps(relation)),
  "give-away"(relation) {
    if (relation.state === "deleted") return "nothing"
    return relation.owns ? "in" : unseen(relation)
  },
  "bring-back"({ state, owns, was }) {
    if (state !== "deleted") return "nothing"
    if (owns) return "in"
    return was ? "refused" : "nothing"
  },
}

function ofLoop(permission: Permission, who: Standing, kind: LoopKind): Verdict {
  const rule = loopRules[permission]
  if (!rule) throw new Error(`${permission} is not about a loop`)
  return rule(relate(who, kind))
}

function ofProvider(permission: Permission, who: Standing, kind: ProviderKind): Verdict {
  if (kind === "personal") return who.owns ? "in" : "nothing"
  if (permission === "use-provider" || who.rules) return "in"
  return permission === "remove-provider" ? "refused" : "nothing"
}

/** Whether somebody may know what a loop is called; of a deleted one, whoever it belonged to or may bring it back. */
export function mayKnow(actor: Actor, kind: LoopKind): boolean {
  const who: Standing = actors[actor]
  const { private: hidden, state } = loopKinds[kind]
  const { was, sees } = relate(who, kind)
  return who.signedIn && (was || sees || (who.rules === true && !hidden && state === "deleted"))
}
