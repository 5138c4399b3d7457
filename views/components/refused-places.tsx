import { networkWords } from "../../src/lib/i18n/network.ts"
import { strictnessWords } from "../../src/lib/i18n/strictness.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { RefusedItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { CodeBlock } from "./code-block.tsx"
import { PostForm } from "./form.tsx"

/** What the network refused, and what the reader can do about it. */
export function RefusedPlaces({ item, reader }: { item: RefusedItem; reader: Reader }) {
  const words = networkWords(reader.locale)
  return (
    <section
      id={item.id}
      class="entry-item refused"
      data-seq={item.seq}
      data-author="system"
      data-refused
      aria-label={words.refusedTitle}
    >
      <Icon name="lock" />
      <div class="stack">
        <p>{words.refusedLead}</p>
        <ul class="stack">
          {item.places.map((place) => (
            <Place place={place} item={item} reader={reader} />
          ))}
          {item.more > 0 && <li>{words.morePlaces(item.more)}</li>}
        </ul>
        <Asking item={item} reader={reader} />
      </div>
    </section>
  )
}

/** What the driver cannot let through is asked of an admin: in these words. */
function Asking({ item: { loop, may, places }, reader }: { item: RefusedItem; reader: Reader }) {
  const asked = may === "ask" ? places : places.filter(({ inside }) => inside)
  if (may === "read" || asked.length === 0) return null
  const words = strictnessWords(reader.locale)
  const list = [...new Set(asked.map(({ text }) => text))].join(", ")
  return (
    <div class="stack" data-ask-admin>
      <p class="hint">{may === "ask" ? networkWords(reader.locale).askAdmin : words.tellInside}</p>
      <CodeBlock text={words.tellText(list, urls.loop(loop))} label={words.tellAdmin} reader={reader} />
    </div>
  )
}

function Place({ place, item, reader }: { place: RefusedItem["places"][number]; item: RefusedItem; reader: Reader }) {
  const words = networkWords(reader.locale)
  const about = [words.askedBy(place.program, place.times), place.inside ? words.leadsInside : ""].filter(Boolean)
  return (
    <li class="card-acts">
      <span class="mono">{place.text}</span>
      {about.length > 0 && <span class="hint">{about.join(", ")}</span>}
      {item.may === "allow" && !place.inside && (
        <PostForm action={urls.loopHosts(item.loop)} formToken={item.formToken} live>
          <input type="hidden" name="host" value={place.entry} />
          <button type="submit" class="button small" aria-label={words.allowNamed(place.text)}>
            {words.allowHere}
          </button>
        </PostForm>
      )}
    </li>
  )
}
