import { loopWords } from "../../src/lib/i18n/loops.ts"
import type { LoopGroupView } from "../props/loops.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { LoopRow } from "./loop-row.tsx"

interface LoopGroupsProps {
  groups: LoopGroupView[]
  reader: Reader
  formToken?: string | undefined
}

export function LoopGroups({ groups, reader, formToken }: LoopGroupsProps) {
  return (
    <div id="loop-groups" class="groups">
      {groups.map(({ group, name, url, loops }, index) => (
        <section class="group" aria-labelledby={`${idOf(group, index)}-title`}>
          <h2 id={`${idOf(group, index)}-title`}>
            {url === undefined ? groupName(group, reader) : <a href={url}>{name}</a>}
          </h2>
          <ul id={idOf(group, index)} class="rows">
            {loops.map((loop) => (
              <LoopRow loop={loop} reader={reader} formToken={formToken} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** Live changes aim at groups by time, which stand on a page once. */
const idOf = (group: LoopGroupView["group"], index: number): string =>
  group === "repo" || group === "topic" ? `${targets.loopGroup(group)}-${index}` : targets.loopGroup(group)

function groupName(group: LoopGroupView["group"], reader: Reader): string {
  const words = loopWords(reader.locale)
  const names: Record<LoopGroupView["group"], string> = {
    "needs-you": words.groupNeedsYou,
    working: words.groupWorking,
    today: words.groupToday,
    earlier: words.groupEarlier,
    archived: words.groupArchived,
    repo: words.groupNoRepository,
    topic: words.groupNoTopic,
  }
  return names[group]
}
