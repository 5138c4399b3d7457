import { farewellWords } from "../../src/lib/i18n/farewell.ts"
import type { DeleteReportView, SavedView } from "../props/farewell.ts"
import type { Reader } from "../props/reader.ts"

/** What became of a loop's work after it was to be saved: for each checkout where it went, or why it is here still. */
export function Saved({ page: { saved, notSaved, reader } }: { page: DeleteReportView }) {
  const words = farewellWords(reader.locale)
  if (notSaved)
    return (
      <section class="notice error report" role="alert">
        <p>{words.notSaved}</p>
        <p>{notSaved.sentence}</p>
        {notSaved.detail !== undefined && <p class="long">{notSaved.detail}</p>}
      </section>
    )
  if (!saved) return null
  return (
    <section class="notice report" role="status">
      <h2>{saved.some(({ kept }) => kept) ? words.savedSome : words.savedAll}</h2>
      {saved.length === 0 && <p>{words.savedNothing}</p>}
      {saved.length > 0 && (
        <dl>
          {saved.map((one) => (
            <SavedOf saved={one} reader={reader} />
          ))}
        </dl>
      )}
    </section>
  )
}

function SavedOf({ saved: { checkout, branches, kept }, reader }: { saved: SavedView; reader: Reader }) {
  const words = farewellWords(reader.locale)
  return (
    <div data-saved={checkout}>
      <dt>
        <strong>
          <bdi>{checkout}</bdi>
        </strong>
      </dt>
      {branches.map((branch) => (
        <dd class="long">{words.savedOn(branch)}</dd>
      ))}
      {kept && <dd class="long">{keptSentence(kept, reader)}</dd>}
      {kept?.takeUrl !== undefined && (
        <dd>
          <a href={kept.takeUrl}>{kept.why === "loose" ? words.takeFolder(checkout) : words.take(checkout)}</a>
        </dd>
      )}
    </div>
  )
}

function keptSentence({ why, said }: NonNullable<SavedView["kept"]>, { locale }: Reader): string {
  const words = farewellWords(locale)
  switch (why) {
    case "loose":
      return words.keptLoose
    case "under-way":
      return words.keptUnderWay(said)
    case "not-committed":
      return words.keptUncommitted(said)
    case "not-pushed":
      return words.keptUnpushed(said)
    case "unreached":
      return words.keptUnreached(said)
    case "left":
      return words.keptLeft(said)
    case "secrets":
      return words.keptSecrets(said)
  }
}
