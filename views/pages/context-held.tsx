import { contextWords } from "../../src/lib/i18n/context.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { Diff } from "../components/diff.tsx"
import { Became } from "../components/context-lists.tsx"
import { SaveState } from "../components/editor-field.tsx"
import { BothTexts } from "../components/file-forms.tsx"
import { PostForm } from "../components/form.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { HeldPageView } from "../props/context.ts"

/** A text that collided with another: both stand here until its author has decided. */
export function HeldPage({ page }: { page: HeldPageView }) {
  const { reader, formToken, held, theirs } = page
  const words = contextWords(reader.locale)
  return (
    <ContextFrame page={page}>
      <h1>{words.heldTitle}</h1>
      <p class="lead">{theirs ? words.heldLead(theirs.by) : words.heldGone}</p>
      {page.became && <Became became={page.became} reader={reader} />}
      <PostForm action={held.saveUrl} formToken={formToken} class="editor">
        <input type="hidden" name="held" value={held.id} />
        {held.proposal !== undefined && <input type="hidden" name="proposal" value={held.proposal} />}
        <BothTexts
          edit={{ ...held, text: page.both ?? held.text }}
          mine={page.both === undefined ? words.mine : words.bothTexts}
          theirs={theirs && { name: words.theirs, text: theirs.text }}
          reader={reader}
        />
        <div class="file-acts">
          <button type="submit" class="button primary">
            {fileWords(reader.locale).saveMine}
          </button>
          {theirs && (
            <a class="button" href={held.cancelUrl}>
              {page.both === undefined ? words.joinByHand : words.onlyMine}
            </a>
          )}
          <a class="button" href={held.loopUrl}>
            {relationWords(reader.locale).resolveInLoop}
          </a>
          <SaveState reader={reader} />
        </div>
      </PostForm>
      <PostForm action={held.discardUrl} formToken={formToken} class="file-acts">
        <button type="submit" class="button danger">
          {words.heldDiscard}
        </button>
      </PostForm>
      {theirs && (
        <>
          <h2>{words.difference}</h2>
          <Diff lines={theirs.difference} reader={reader} />
        </>
      )}
    </ContextFrame>
  )
}
