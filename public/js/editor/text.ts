import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands"
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  LanguageSupport,
} from "@codemirror/language"
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search"
import { Compartment, EditorState, type Extension } from "@codemirror/state"
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view"
import { openWithoutInlineStyle } from "../inline-styles.ts"
import { languageOf } from "./languages.ts"
import { look } from "./look.ts"

/** The field's text in an editor before it; the field follows every change and is hidden. */
export function openText(field: HTMLTextAreaElement): EditorView {
  const language = new Compartment()
  const place = document.createElement("div")
  field.before(place)
  const extensions = [editing, look, wordsOf(field), language.of([]), indentUnit.of(indentOf(field.value))]
  const state = EditorState.create({
    doc: field.value,
    // Whoever goes on writing begins where the text ends.
    selection: { anchor: field.dataset["goesOn"] === undefined ? 0 : field.value.length },
    extensions: [...extensions, following(field)],
  })
  const view = openWithoutInlineStyle(() => new EditorView({ state, parent: place }))
  field.hidden = true
  void languageOf(field.dataset["name"] ?? "").then((found) => {
    if (found) view.dispatch({ effects: language.reconfigure(new LanguageSupport(found)) })
  })
  return view
}

/** The browser itself would keep the colour of what is typed over, as inline style, which the page's policy forbids. */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view
    const types = event.inputType === "insertText" && !event.isComposing && event.data !== null
    if (!types || state.readOnly || state.selection.main.empty) return false
    view.dispatch(state.replaceSelection(event.data ?? ""), { userEvent: "input.type", scrollIntoView: true })
    return true
  },
})

const editing: Extension = [
  typingOver,
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  highlightSelectionMatches(),
  history(),
  foldGutter(),
  indentOnInput(),
  bracketMatching(),
  search({ top: true }),
  EditorState.tabSize.of(4),
  // Tab indents; after Esc it leads on, as everywhere.
  keymap.of([...searchKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap, indentWithTab]),
]

/** What the page calls the text, and the editor's own words in the page's language. */
function wordsOf(field: HTMLTextAreaElement): Extension {
  const phrases: Record<string, string> = JSON.parse(field.dataset["phrases"] ?? "{}")
  return [
    EditorState.phrases.of(phrases),
    EditorView.contentAttributes.of({
      "aria-label": field.ariaLabel ?? "",
      "aria-describedby": field.getAttribute("aria-describedby") ?? "",
    }),
  ]
}

const following = (field: HTMLTextAreaElement) =>
  EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
    if (docChanged || selectionSet) field.dataset["lines"] = linesOf(state)
    if (!docChanged) return
    field.value = state.doc.toString()
    field.dispatchEvent(new Event("input", { bubbles: true }))
  })

/** `12` or `12-20`; nothing when nothing is selected. */
function linesOf(state: EditorState): string {
  const { from, to, empty } = state.selection.main
  if (empty) return ""
  const [first, last] = [state.doc.lineAt(from), state.doc.lineAt(to)]
  // Up to the beginning of a line is without that line.
  const end = to === last.from ? last.number - 1 : last.number
  return first.number === end ? String(end) : `${first.number}-${end}`
}

/** As most indented lines of the text are. */
function indentOf(text: string): string {
  const starts = text.slice(0, 100_000).match(/^(\t| {2,})(?=\S)/gm) ?? []
  const tabs = starts.filter((start) => start === "\t").length
  if (tabs * 2 > starts.length) return "\t"
  return starts.some((start) => start.length === 2) ? "  " : "    "
}
