import { changesWords } from "../../src/lib/i18n/changes.ts"
import { urls } from "../../src/lib/urls.ts"
import type { ChangesPageView, ChangesView, TurnView } from "../props/changes.ts"
import type { Reader } from "../props/reader.ts"
import { Notice } from "./changes-notice.tsx"
import { PostForm } from "./form.tsx"
import { Time } from "./small.tsx"

interface TurnBarProps {
  turn: TurnView
  changes: Pick<ChangesView, "loop" | "sight" | "mayWrite">
  reader: Reader
  formToken?: string | undefined
}

/** Which turn is shown, those beside it, and the way back to before it. */
export function TurnBar({ turn, changes: { loop, sight, mayWrite }, reader, formToken }: TurnBarProps) {
  const words = changesWords(reader.locale)
  return (
    <section class="turn-bar" aria-label={words.turn}>
      <p>
        {words.turnEnded} <Time at={turn.at} reader={reader} />
        {turn.olderUrl !== undefined && <a href={turn.olderUrl}>{words.olderTurn}</a>}
        {turn.newerUrl !== undefined && <a href={turn.newerUrl}>{words.newerTurn}</a>}
      </p>
      {mayWrite && (
        <PostForm action={urls.loopTurnBack(loop)} formToken={formToken}>
          <input type="hidden" name="sight" value={sight} />
          <button type="submit" class="button" name="turn" value={turn.turn} aria-describedby="go-back-hint">
            {words.goBackBefore}
          </button>
          <p class="quiet-line" id="go-back-hint">
            {words.goBackHint}
          </p>
        </PostForm>
      )}
    </section>
  )
}

interface NoTurnProps {
  body: Extract<ChangesPageView["body"], { kind: "no-turn" }>
  loop: string
  reader: Reader
  formToken?: string | undefined
}

export function NoTurn({ body, loop, reader, formToken }: NoTurnProps) {
  const words = changesWords(reader.locale)
  return (
    <div class="panel-notice">
      {body.notice !== undefined && <Notice notice={body.notice} reader={reader} />}
      <h2>{words.noTurn}</h2>
      <p>{body.asleep ? words.noTurnAsleep : words.noTurnHint}</p>
      {body.asleep && <StartToLook loop={loop} sight={body.sight} reader={reader} formToken={formToken} />}
      <p>
        <a href={body.allUrl}>{words.allChanges}</a>
      </p>
    </div>
  )
}

interface StartToLookProps extends Pick<NoTurnProps, "loop" | "reader" | "formToken"> {
  /** What is looked at once it runs. */
  sight: string
}

/** For what only a running sandbox can show. */
export const StartToLook = ({ loop, sight, reader, formToken }: StartToLookProps) => (
  <PostForm action={urls.loopTurnLook(loop)} formToken={formToken}>
    <input type="hidden" name="sight" value={sight} />
    <button type="submit" class="button primary">
      {changesWords(reader.locale).startToLook}
    </button>
  </PostForm>
)
