import { type Asker, loopBranch, type Resting } from "./asker.ts"
import type { RefusedChange, RefusedContent } from "./contract.ts"
import type { RefusedRef } from "./push-policy.ts"

/** Why nothing of a push was taken. */
export type PushRefused =
  | RefusedRef
  | RefusedChange
  | { kind: "refused"; code: "not-forward"; ref: string }
  | { kind: "refused"; code: "resting"; state: Resting }
  | { kind: "refused"; code: "broken" | "incomplete" | "shallow" | "too-large" | "malformed" | "busy" | "no-room" }

export interface About {
  /** `knowledge`, `notes`, `personal`, or the name of a repository of code. */
  name: string
  trunk: string
  asker: Asker
  /** Where own commits may go instead, unless as a proposal to a context. */
  instead?: string
}

/** One line: what is wrong, and the next thing to do. Read by an agent as often as by a person. */
export function pushWords(refused: PushRefused, about: About): string {
  if ("ref" in refused) return refWords(refused, about)
  if ("path" in refused) return `${printable(refused.path)}: ${contentWords(refused.code, about)}`
  if (refused.code === "resting") return restingWords[refused.state]
  return otherWords[refused.code]
}

function refWords({ code, ref }: Extract<PushRefused, { ref: string }>, about: About): string {
  const { name, trunk } = about
  const words = {
    gated: `${name} is reviewed before it changes, so ${trunk} takes no push from here. Run: git push origin ${proposal(about)}`,
    "trunk-removed": `${trunk} cannot be removed. Leave it, or take a change back with: git revert`,
    "not-yours": `${printable(ref)} is not yours to move. Run: git push origin ${proposal(about)}`,
    "read-only": "this token may only read. Make one with: loopat token add NAME, then push again",
    "not-forward": `${trunk} has moved on. Run: git fetch origin && git merge origin/${trunk} && git push origin HEAD:${trunk}`,
  } satisfies Record<typeof code, string>
  return words[code]
}

/** Where one's own commits may go to be looked at. */
const proposal = ({ asker, instead }: About): string =>
  instead ?? (asker.kind === "loop" ? `HEAD:${loopBranch(asker.loop)}` : `HEAD:propose/${asker.user}/change`)

function contentWords(code: RefusedContent, about: About): string {
  const words: Record<RefusedContent, string> = {
    name: "no file may have this name. Run: git mv it to another name, commit, push again",
    "case-twin": "another name differs from this one in case only. Run: git mv it to another name, commit, push again",
    vault: `vaults are written by the server only. Run: git checkout origin/${about.trunk} -- .loopat/vaults .gitattributes, commit, push again`,
    protected: `this steers what loops do and is reviewed first. Run: git push origin ${proposal(about)}`,
    unreadable: "this settings file does not parse. Mend it, commit, push again",
    markers: "conflict markers are left in it. Join both sides, commit, push again",
    link: "this link leads out of its place. Run: git rm it, commit, push again",
    "too-long": "a file may have 50 MB. Run: git rm it, take it out of the commits that hold it, push again",
    "too-many": "this is more than can be looked through at once. Push fewer commits or files at a time",
    missing: "it is not there. Run: git fetch origin",
    exists: "something else has this name. Run: git mv it to another name, commit, push again",
  }
  return words[code]
}

const restingWords: Record<Resting, string> = {
  archived: "this loop is archived and changes nothing. Restore it in its page, then push again",
  deleted: "this loop is deleted and changes nothing. Take the deletion back in its page, then push again",
  ended: "this token counts no more. Make a new one with: loopat token add NAME, then push again",
  offered: "this loop is offered to somebody else. Take the offer back, or wait until it is taken, then push again",
}

export const noRoom =
  "the server's disk is full or broken, and nothing was taken. Tell an administrator, then try again"

const otherWords = {
  broken: "git finds these objects broken. Run: git fsck, mend what it names, push again",
  incomplete: "commits or files of this push are missing here. Run: git fetch origin, then push again",
  shallow: "this clone has no whole history. Run: git fetch --unshallow origin, then push again",
  "too-large": "a push may have 512 MB. Push fewer commits at a time",
  malformed: "this is no push that the server understands. Run: git push origin HEAD",
  busy: "this took longer than ten minutes. Push fewer commits at a time",
  "no-room": noRoom,
} satisfies Record<string, string>

/** Names from a push are shown to terminals and models. */
const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "?").slice(0, 200)
