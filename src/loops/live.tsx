import { LoopRow, LoopRowUpdate } from "../../views/components/loop-row.tsx"
import { NeedsYou } from "../../views/layouts/frame.tsx"
import { Prepend, Remove, Replace } from "../../views/partials.tsx"
import { targets } from "../../views/targets.ts"
import type { LoopId, UserName } from "../lib/ids.ts"
import type { Locale } from "../lib/i18n/locale.ts"
import type { LoopFilter } from "../lib/urls.ts"
import type { Background } from "../platform/background.ts"
import type { Clock } from "../platform/clock.ts"
import type { SignedIn } from "../platform/http/visitor.ts"
import { type Delivery, deliveryOf, type Hub } from "../platform/sse/hub.ts"
import { sight } from "./access.ts"
import { countNeedsYou, matches } from "./list.ts"
import type { Looks } from "./looks.ts"
import { rowView } from "./present.ts"
import type { Entry, Shelf } from "./shelf.ts"

/** How one open page wants its news of loops. */
export interface Following {
  locale: Locale
  /** The list that the page shows: new loops that belong to it appear on top. Without it only what is there changes. */
  show?: LoopFilter
  formToken?: string
  /** The loop whose own page it is: it counts as seen as long as the page is open. */
  loop?: LoopId
  /** What the page missed before it began to listen, asked once when all loops are known. */
  catchUp?(): Promise<string | undefined>
}

/**
 * News of loops for open pages. Each person has a topic of his own, and what is published there is made for his eyes:
 * a private loop reaches nobody else, not even as bytes.
 */
export interface LiveLists extends Disposable {
  follow(user: SignedIn, page: Following, receive: (delivery: Delivery) => void): () => void
  /** Something about a loop changed. Shown at most twice a second. */
  changed(id: LoopId): void
  /** A new loop, or one that came back. */
  appeared(id: LoopId): void
  /** It is about to leave the shelf. */
  gone(id: LoopId): void
}

export interface LiveNeeds {
  hub: Hub
  clock: Clock
  shelf: Shelf
  looks: Looks
  background: Background
  shelved: Promise<void>
}

const pauseMs = 500

export function createLiveLists({ hub, clock, shelf, looks, background, shelved }: LiveNeeds): LiveLists {
  const followers = new Map<UserName, { user: SignedIn; pages: number }>()
  const resting = new Map<LoopId, { again: boolean; cancel(): void }>()

  function publish(id: LoopId, fresh: boolean): void {
    const entry = shelf.get(id)
    if (!entry) return
    for (const { user } of followers.values()) {
      hub.publish(topicOf(user.name), { render: (kind) => String(render({ id, entry, fresh }, user, pageOf(kind))) })
    }
  }

  function render({ id, entry, fresh }: Change, user: SignedIn, page: Following) {
    const reader = { locale: page.locale, now: clock.now() }
    return (
      <>
        <RowChange change={{ id, entry, fresh }} user={user} page={page} now={reader.now} />
        <Replace target={targets.needsYou}>
          <NeedsYou count={countNeedsYou(shelf, user)} reader={reader} />
        </Replace>
      </>
    )
  }

  function show(id: LoopId, fresh: boolean): void {
    if (followers.size === 0) return
    const entry = shelf.get(id)
    if (entry?.looks !== undefined || !entry) return publish(id, fresh)
    background.run("show a loop's change in the lists", async () => {
      await looks.load([entry])
      publish(id, fresh)
    })
  }

  /** The first change shows at once; those within the pause after it show together at its end. */
  function changed(id: LoopId): void {
    const rest = resting.get(id)
    if (rest) rest.again = true
    else {
      show(id, false)
      startRest(id)
    }
  }

  function startRest(id: LoopId): void {
    const cancel = clock.after(pauseMs, () => {
      const again = resting.get(id)?.again
      resting.delete(id)
      if (again) changed(id)
    })
    resting.set(id, { again: false, cancel })
  }

  return {
    changed,
    appeared: (id) => show(id, true),
    gone: (id) => publish(id, false),
    follow(user, page, receive) {
      const known = followers.get(user.name)
      // The newest request knows the person's present role.
      followers.set(user.name, { user, pages: (known?.pages ?? 0) + 1 })
      const leave = hub.subscribe(topicOf(user.name), kindOf(page), receive)
      const unwatch = page.loop && looks.watch(page.loop, user.name)
      let following = true
      const { catchUp } = page
      if (catchUp) {
        background.run("bring a list up to date", async (signal) => {
          await Promise.race([shelved, aborted(signal)])
          const html = following && !signal.aborted ? await catchUp() : undefined
          if (following && html !== undefined) receive(deliveryOf(html))
        })
      }
      return () => {
        if (!following) return
        following = false
        leave()
        unwatch?.()
        const one = followers.get(user.name)
        if (one && --one.pages === 0) followers.delete(user.name)
      }
    },
    [Symbol.dispose]() {
      for (const { cancel } of resting.values()) cancel()
      resting.clear()
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (signal.aborted) done()
    else signal.addEventListener("abort", () => done(), { once: true })
  })

interface Change {
  id: LoopId
  entry: Entry
  fresh: boolean
}

function RowChange({ change, user, page, now }: { change: Change; user: SignedIn; page: Following; now: number }) {
  const { id, entry, fresh } = change
  if (sight(entry, user) === "nothing") return couldSee(entry, user) ? <Remove target={targets.loopRow(id)} /> : null
  const row = {
    loop: rowView(entry, user, page.locale),
    reader: { locale: page.locale, now },
    formToken: page.formToken,
  }
  if (page.show !== undefined && !matches(entry, user, { show: page.show, search: "" })) {
    return <Remove target={targets.loopRow(id)} />
  }
  if (!fresh || page.show === undefined || page.show === "archived") return <LoopRowUpdate {...row} />
  return (
    <>
      <Remove target={targets.loopRow(id)} />
      <Prepend target={targets.loopGroup(row.loop.status === "preparing" ? "working" : "today")}>
        <LoopRow {...row} />
      </Prepend>
    </>
  )
}

/** Whether a row may stand on this person's page; to anybody else not even its id is told. */
const couldSee = (entry: Entry, user: SignedIn) =>
  entry.wasOpen || sight({ ...entry, state: { kind: "driven" } }, user) !== "nothing"

const topicOf = (user: UserName) => `lists:${user}`

const kindOf = ({ locale, show, formToken }: Following) => JSON.stringify([locale, show ?? null, formToken ?? null])

function pageOf(kind: string): Following {
  const [locale, show, formToken] = JSON.parse(kind) as [Locale, LoopFilter | null, string | null]
  return { locale, show: show ?? undefined, formToken: formToken ?? undefined }
}
