import type { TurnView } from "../../views/props/changes.ts"
import type { LoopId } from "../lib/ids.ts"
import { urls } from "../lib/urls.ts"
import type { GitInside } from "../loops/index.ts"
import { keeperOf } from "./keeper.ts"
import { newestTurn } from "./sight.ts"
import { keptTurns } from "./turns.ts"

/** `apart`: the folder has no repository, so that only its own sandbox knows what is kept. */
export interface NoTurn {
  kind: "no-turn"
  apart: boolean
}

export type FoundTurn = { kind: "turn"; git: GitInside; view: TurnView } | NoTurn

/** A turn that is kept, by its id or the newest, and its neighbours. */
export async function findTurn(git: GitInside, wanted: string, loop: LoopId): Promise<FoundTurn> {
  const keeper = await keeperOf(git)
  const turns = await keptTurns(keeper)
  const at = wanted === newestTurn ? 0 : turns.findIndex(({ turn }) => turn === wanted)
  const found = turns[at]
  if (!found) return { kind: "no-turn", apart: keeper.in === "apart" }
  const urlOf = (index: number) => turns[index] && urls.loopChanges(loop, { turn: turns[index].turn })
  const view = { turn: found.turn, at: found.at, olderUrl: urlOf(at + 1), newerUrl: urlOf(at - 1) }
  return { kind: "turn", git: keeper.git, view }
}
