import { commonWords } from "../../src/lib/i18n/common.ts"
import { loopWords } from "../../src/lib/i18n/loops.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import { StateMark, statusWord } from "../icons/state-mark.tsx"
import { Replace } from "../partials.tsx"
import type { LoopRowView } from "../props/loops.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"
import { RecentFace } from "./recent-loops.tsx"
import { Avatar, Elapsed, Time } from "./small.tsx"

interface LoopRowProps {
  loop: LoopRowView
  reader: Reader
  formToken?: string | undefined
}

/** One line of the list. The link's name is the title alone; its target is the whole row. */
export function LoopRow({ loop, reader, formToken }: LoopRowProps) {
  const words = loopWords(reader.locale)
  return (
    <li id={targets.loopRow(loop.id)} class={["row", `row-${loop.status}`]}>
      <StateMark status={loop.status} reader={reader} />
      <div class="row-words">
        <a class="row-title" href={urls.loop(loop.id)} data-loop={loop.id} data-state={loop.status}>
          {loop.title}
        </a>
        <RowHeadline loop={loop} reader={reader} />
      </div>
      <div class="row-facts">
        {loop.demo === true && <span class="tag">{commonWords(reader.locale).demoBadge}</span>}
        {loop.repo !== undefined && (
          <span class="branch" title={`${loop.repo.name} : ${loop.repo.branch}`}>
            <Icon name="branch" />
            <span class="cut">{loop.repo.name}</span>
          </span>
        )}
        <span class="row-driver" title={words.drivenBy(loop.driver)}>
          <Avatar name={loop.driver} />
          <span class="unseen">{words.drivenBy(loop.driver)}</span>
        </span>
        <Time at={loop.lastActive} reader={reader} />
      </div>
      {loop.mayArchive && <ArchiveButton loop={loop} reader={reader} formToken={formToken} />}
      {loop.mayRestore && <RestoreButton loop={loop} reader={reader} formToken={formToken} />}
    </li>
  )
}

function RowHeadline({ loop, reader }: LoopRowProps) {
  const words = loopWords(reader.locale)
  const busy = loop.status === "working" || loop.status === "preparing" || loop.status === "queued"
  const text = loop.headline ?? (loop.status === "idle" ? undefined : statusWord(loop.status, reader))
  return (
    <p class="row-headline">
      {text !== undefined && <span class="cut">{text}</span>}
      {busy && <Elapsed since={loop.since} reader={reader} />}
      {(loop.waiting ?? 0) > 0 && <span class="tag">{words.waitingMessages(loop.waiting ?? 0)}</span>}
    </p>
  )
}

function ArchiveButton({ loop, reader, formToken }: LoopRowProps) {
  const words = loopWords(reader.locale)
  return (
    <PostForm action={urls.loopArchive(loop.id)} formToken={formToken} live class="row-act">
      <button type="submit" class="button quiet square" data-archive aria-label={words.archiveNamed(loop.title)}>
        <Icon name="archive" />
      </button>
    </PostForm>
  )
}

function RestoreButton({ loop, reader, formToken }: LoopRowProps) {
  const words = loopWords(reader.locale)
  return (
    <PostForm action={urls.loopRestore(loop.id)} formToken={formToken} class="row-act">
      <button type="submit" class="button quiet square" aria-label={words.restoreNamed(loop.title)}>
        <Icon name="restore" />
      </button>
    </PostForm>
  )
}

/** A change of one loop for whoever has it on the page: in the list, in the sidebar, or both. */
export function LoopRowUpdate(props: LoopRowProps) {
  return (
    <>
      <Replace target={targets.loopRow(props.loop.id)}>
        <LoopRow {...props} />
      </Replace>
      <Replace target={targets.recentLoop(props.loop.id)}>
        <RecentFace loop={props.loop} reader={props.reader} />
      </Replace>
    </>
  )
}
