import { Elysia } from "elysia"
import { changesWords } from "../lib/i18n/changes.ts"
import { underWayWords } from "../lib/i18n/under-way.ts"
import { paths } from "../lib/urls.ts"
import { raw } from "../platform/http/form.ts"
import { parseTurn } from "../platform/git/inside-turns.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { act, type Acting, type Outcome } from "./acting.tsx"
import { type Doing, SightForm, TurnForm, UnderWayForm } from "./needs.ts"
import { goBackBefore } from "./turn-back.ts"
import { endUnderWay, removeLeftLock } from "./under-way.ts"

/** Back to what a loop's files were before a turn, and on from what git has begun. */
export const turnRoutes = (doing: Doing) =>
  new Elysia({ name: "changes-turns" })
    .post(
      paths.loopTurnBack,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: TurnForm }, ({ turn }, acting) => goBackTo(parseTurn(turn), acting)),
      raw,
    )
    .post(
      paths.loopUnderWay,
      ({ request, params: { id } }) =>
        act(doing, { request, id, form: UnderWayForm }, ({ deed }, acting) =>
          deed === "unlock" ? unlock(acting) : goOn(deed, acting),
        ),
      raw,
    )
    .post(
      paths.loopTurnLook,
      ({ request, params: { id } }) =>
        // What is asked for is the sandbox, which runs by now.
        act(doing, { request, id, form: SightForm }, async () => ({ outcome: { kind: "done" }, say: "done" })),
      raw,
    )

const goOn = async (deed: "continue" | "abort", { git, identity }: Acting): Promise<Outcome> => ({
  outcome: await endUnderWay(git, deed, identity),
  say: "done",
})

async function unlock({ git, request }: Acting): Promise<Outcome> {
  const unlocked = await removeLeftLock(git)
  if (unlocked.kind !== "held") return { outcome: { kind: "done" }, say: "done" }
  const sentence = underWayWords(visitorOf(request).locale).stillHeld(unlocked.holders.join(", "))
  return { shown: { as: "conflict", notice: { level: "error", sentence } } }
}

async function goBackTo(turn: string | undefined, acting: Acting): Promise<Outcome> {
  const words = changesWords(visitorOf(acting.request).locale)
  const went = turn === undefined ? { kind: "not-kept" as const } : await goBackBefore(acting.git, turn, acting)
  if (went.kind === "done" || went.kind === "refused") return { outcome: went, say: "wentBack" }
  const sentences = { "not-kept": words.noTurn, nothing: words.nothingToGoBack, "too-large": words.turnTooLarge }
  return { shown: { as: "conflict", notice: { level: "error", sentence: sentences[went.kind] } } }
}
