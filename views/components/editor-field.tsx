import { editorWords } from "../../src/lib/i18n/editor.ts"
import { fileWords } from "../../src/lib/i18n/files.ts"
import type { Locale } from "../../src/lib/i18n/locale.ts"
import type { EditView } from "../props/files.ts"
import type { Reader } from "../props/reader.ts"

interface EditorFieldProps {
  edit: EditView
  label: string
  reader: Reader
}

/** The types of text fields do not know it. */
const asServed = { autocomplete: "off" }

/**
 * A plain text field; the script puts an editor in its place. A browser takes away one newline after the tag, so there is
 * one more; and it must not put what was typed on top of another version into it again.
 */
export const EditorField = ({ edit, label, reader }: EditorFieldProps) => (
  <>
    <input type="hidden" name="path" value={edit.path} />
    <input type="hidden" name="version" value={edit.version} />
    <textarea
      name="text"
      class="mono editor-text"
      aria-label={label}
      aria-describedby="editor-keys"
      {...asServed}
      spellcheck="false"
      wrap="off"
      data-editor
      data-name={edit.name}
      data-goes-on={edit.goesOn}
      data-phrases={JSON.stringify(editorPhrases(reader.locale))}
    >
      {`\n${edit.text}`}
    </textarea>
    <p class="hint only-script" id="editor-keys">
      {editorWords(reader.locale).leave}
    </p>
  </>
)

/** What stands beside the buttons: whether all is saved. */
export function SaveState({ reader }: { reader: Reader }) {
  const words = editorWords(reader.locale)
  return (
    <span
      class="hint"
      role="status"
      data-save-state
      data-unsaved={fileWords(reader.locale).unsaved}
      data-saving={words.saving}
      data-failed={words.saveFailed}
    />
  )
}

/** The answer to a save without leaving the text. */
export const SavedState = ({ version, reader }: { version: string; reader: Reader }) => (
  <span data-version={version}>{editorWords(reader.locale).saved}</span>
)

/** The answer to such a save that was refused. */
export const RefusedState = ({ sentence }: { sentence: string }) => <span data-said>{sentence}</span>

/** The editor's own words, by what it calls them itself. */
export function editorPhrases(locale: Locale): Record<string, string> {
  const words = editorWords(locale)
  return {
    Find: words.find,
    Replace: words.replace,
    next: words.next,
    previous: words.previous,
    all: words.all,
    "match case": words.matchCase,
    regexp: words.regexp,
    "by word": words.byWord,
    replace: words.replaceOne,
    "replace all": words.replaceAll,
    close: words.close,
    "Go to line": words.goToLine,
    go: words.go,
    "current match": words.currentMatch,
    "on line": words.onLine,
    "replaced match on line $": words.replacedOne,
    "replaced $ matches": words.replacedAll,
    "Selection deleted": words.selectionDeleted,
    "Folded lines": words.foldedLines,
    "Unfolded lines": words.unfoldedLines,
    to: words.linesTo,
    "folded code": words.foldedCode,
    unfold: words.unfold,
    "Fold line": words.foldLine,
    "Unfold line": words.unfoldLine,
    "Control character": words.controlCharacter,
  }
}
