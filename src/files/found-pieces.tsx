import { FoundEnd, Hits } from "../../views/components/found.tsx"
import { Unplaced } from "../../views/layouts/panel-frame.tsx"
import type { HitView } from "../../views/props/files.ts"
import type { Reader } from "../../views/props/reader.ts"
import { shownPath } from "../lib/file-path.ts"
import type { SafeHtml } from "../lib/jsx/safe-html.ts"
import { urls } from "../lib/urls.ts"
import { linkLost, type NotPlaced, unplacedView } from "../loops/index.ts"
import { visitorOf } from "../platform/http/visitor.ts"
import { readIn } from "./checkout.ts"
import { findByName, type Hit } from "./find.ts"
import { findByText } from "./find-text.ts"
import type { FilesNeeds } from "./index.ts"
import { type Visit, whereOf } from "./pages.ts"
import { addressOf } from "./present.ts"

export interface Question {
  words: string
  within: "name" | "text"
}

/** What a search finds, as it is found. Nothing is asked inside before somebody reads. */
export async function* foundPieces(
  needs: FilesNeeds,
  visit: Visit,
  { words, within }: Question,
): AsyncGenerator<SafeHtml | null> {
  const { request, sight } = visit
  const reader: Reader = { locale: visitorOf(request).locale, now: needs.clock.now() }
  const search = within === "text" ? findByText : findByName
  const unplaced = (why: NotPlaced) =>
    unplacedView(request, why, urls.loopFilesFind(sight.loop, { q: words, in: within, checkout: sight.checkout }))
  const batches = await readIn(needs, whereOf(visit), (box) => search(box, words, needs.clock))
  if ("kind" in batches) return yield <Unplaced unplaced={unplaced(batches)} reader={reader} />
  let any = false
  try {
    let next = await batches.next()
    for (; !next.done; next = await batches.next()) {
      any = true
      yield <Hits hits={next.value.map((hit) => hitView(sight, hit))} reader={reader} />
    }
    yield <FoundEnd any={any} part={next.value} reader={reader} />
  } catch (error) {
    yield <Unplaced unplaced={unplaced(linkLost(error))} reader={reader} />
  } finally {
    await batches.return(false)
  }
}

const hitView = ({ loop, checkout }: Visit["sight"], { path, line }: Hit): HitView => ({
  path: shownPath(path),
  url: addressOf({ loop, checkout }, path),
  line,
})
