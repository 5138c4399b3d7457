import { commonWords } from "../../src/lib/i18n/common.ts"
import { diagramWords } from "../../src/lib/i18n/diagrams.ts"
import { paths } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { Reader } from "../props/reader.ts"

/** The script keeps `data-connection` true; its words follow it in the style sheet. */
export function Connection({ reader, live }: { reader: Reader; live: boolean }) {
  const words = commonWords(reader.locale)
  return (
    <div
      class="connection only-script"
      role="status"
      aria-label={words.connection}
      data-connection="resuming"
      hidden={!live}
    >
      <span class="connection-live">{words.connectionLive}</span>
      <span class="connection-resuming">{words.connectionResuming}</span>
      <span class="connection-offline">{words.connectionOffline}</span>
    </div>
  )
}

/** Words inside text that is rendered once for readers of every language, and for what the script draws there. */
export function HiddenWords({ reader }: { reader: Reader }) {
  const words = commonWords(reader.locale)
  const drawing = diagramWords(reader.locale)
  return (
    <div hidden>
      <span id="word-copy">{words.copy}</span>
      <span id="word-copied">{words.copied}</span>
      <span id="word-task">{words.task}</span>
      <span
        id="diagram-words"
        data-frame={paths.diagrams}
        data-picture={drawing.picture}
        data-source={drawing.source}
        data-wrong={drawing.wrong}
        data-slow={drawing.slow}
        data-large={drawing.large}
      />
    </div>
  )
}

export function Shortcuts({ reader }: { reader: Reader }) {
  const words = commonWords(reader.locale)
  const keys: [string[], string][] = [
    [["c"], words.shortcutNewLoop],
    [["g", "l"], words.shortcutLoops],
    [["g", "c"], words.shortcutContext],
    [["Ctrl", "K"], words.shortcutDocument],
    [["i"], words.shortcutCapture],
    [["j", "k"], words.shortcutNextPrevious],
    [["/"], words.shortcutSearch],
    [["e"], words.shortcutArchive],
    [["m"], words.shortcutMessage],
    [["Esc", "Esc"], words.shortcutStop],
    [["Esc"], words.shortcutClose],
    [["?"], words.shortcutHelp],
  ]
  return (
    <dialog id="shortcuts" class="dialog narrow" aria-labelledby="shortcuts-title">
      <div class="dialog-head">
        <h2 id="shortcuts-title">{words.shortcuts}</h2>
        <DialogClose label={words.close} />
      </div>
      <dl class="shortcuts">
        {keys.map(([caps, what]) => (
          <div>
            <dt>
              {caps.map((cap) => (
                <kbd>{cap}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}

export function DialogClose({ label }: { label: string }) {
  return (
    <form method="dialog">
      <button type="submit" class="button quiet square" aria-label={label}>
        <Icon name="close" />
      </button>
    </form>
  )
}
