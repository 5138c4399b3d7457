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
      {groups.map(({ group, loops }) => (
        <section class="group" aria-labelledby={`${targets.loopGroup(group)}-title`}>
          <h2 id={`${targets.loopGroup(group)}-title`}>{groupName(group, reader)}</h2>
          <ul id={targets.loopGroup(group)} class="rows">
            {loops.map((loop) => (
              <LoopRow loop={loop} reader={reader} formToken={formToken} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function groupName(group: LoopGroupView["group"], reader: Reader): string {
  const words = loopWords(reader.locale)
  const names: Record<LoopGroupView["group"], string> = {
    "needs-you": words.groupNeedsYou,
    working: words.groupWorking,
    today: words.groupToday,
    earlier: words.groupEarlier,
    archived: words.groupArchived,
  }
  return names[group]
}
