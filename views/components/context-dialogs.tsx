import { commonWords } from "../../src/lib/i18n/common.ts"
import { contextUrls } from "../../src/lib/context-urls.ts"
import { contextWords } from "../../src/lib/i18n/context.ts"
import { Replace } from "../partials.tsx"
import type { SwitchView } from "../props/context.ts"
import type { FieldErrors, Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { DialogClose } from "./chrome.tsx"
import { HitLink } from "./context-lists.tsx"
import { FormError, PostForm } from "./form.tsx"

interface CaptureProps {
  reader: Reader
  formToken?: string | undefined
  /** What was typed and could not be kept. */
  text?: string | undefined
  errors?: FieldErrors | undefined
  /** The line before this one is in the inbox. */
  noted?: boolean | undefined
}

/** A thought for the inbox, in a dialog from anywhere; after one it is ready for the next. */
export function CaptureDialog(props: CaptureProps) {
  const { reader } = props
  const words = contextWords(reader.locale)
  return (
    <div class="dialog-body" data-dialog-title="dialog-title">
      <div class="dialog-head">
        <h2 id="dialog-title">{words.capture}</h2>
        <DialogClose label={commonWords(reader.locale).close} />
      </div>
      <Capture {...props} />
    </div>
  )
}

/** Also stands on the page of Context itself. */
export function Capture({ reader, formToken, text = "", errors = {}, noted }: CaptureProps) {
  const words = contextWords(reader.locale)
  return (
    <div id={targets.capture}>
      <PostForm action={contextUrls.inbox} formToken={formToken} live again class="capture">
        <input
          type="text"
          name="text"
          value={text}
          aria-label={words.thought}
          placeholder={words.thought}
          maxlength="2000"
          autocomplete="off"
          required
        />
        <button type="submit" class="button primary">
          {words.note}
        </button>
      </PostForm>
      <FormError errors={errors} />
      <p class="hint" role="status">
        {noted ? words.noted : words.captureHint}
      </p>
    </div>
  )
}

/** The answer to a line that was sent from a dialog or a page. */
export const CaptureAgain = (props: CaptureProps) => (
  <Replace target={targets.capture}>
    <Capture {...props} />
  </Replace>
)

interface SwitchProps {
  found: SwitchView
  reader: Reader
}

/** Documents by some letters of their names, as they are typed. */
export function SwitchDialog({ found, reader }: SwitchProps) {
  const words = contextWords(reader.locale)
  return (
    <div class="dialog-body" data-dialog-title="dialog-title">
      <div class="dialog-head">
        <h2 id="dialog-title">{words.goTo}</h2>
        <DialogClose label={commonWords(reader.locale).close} />
      </div>
      <SwitchForm found={found} reader={reader} />
    </div>
  )
}

export function SwitchForm({ found, reader }: SwitchProps) {
  const words = contextWords(reader.locale)
  const live = {
    "hx-get": contextUrls.switch(),
    "hx-trigger": "input changed delay:80ms",
    "hx-target": `#${targets.switchHits}`,
    "hx-swap": "outerMorph",
    "hx-include": "this",
    "hx-sync": "this:replace",
  }
  return (
    <>
      <form method="get" action={contextUrls.switch()} role="search" aria-label={words.goTo}>
        <input
          type="search"
          name="q"
          value={found.words}
          aria-label={words.goTo}
          placeholder={words.goToHint}
          maxlength="200"
          autocomplete="off"
          autofocus
          {...live}
        />
      </form>
      <SwitchHits found={found} reader={reader} />
    </>
  )
}

export function SwitchHits({ found, reader }: SwitchProps) {
  const words = contextWords(reader.locale)
  return (
    <div id={targets.switchHits} class="switch-hits">
      {found.hits.length === 0 && <p class="hint">{words.foundNothing}</p>}
      <ul class="context-hits" aria-label={words.documents}>
        {found.hits.map((hit) => (
          <li>
            <HitLink hit={hit} reader={reader} />
          </li>
        ))}
      </ul>
    </div>
  )
}
