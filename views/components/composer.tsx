import { agentWords } from "../../src/lib/i18n/agent.ts"
import { commonWords } from "../../src/lib/i18n/common.ts"
import { imageWords } from "../../src/lib/i18n/images.ts"
import { shellWords } from "../../src/lib/i18n/shell.ts"
import { imageTypes, mostImages } from "../../src/lib/message-images.ts"
import { urls } from "../../src/lib/urls.ts"
import { workbenchUrls } from "../../src/lib/workbench-urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { ComposerView } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"
import { ContextMeter } from "./context-meter.tsx"
import { PostForm } from "./form.tsx"

interface ComposerProps {
  composer: ComposerView
  reader: Reader
}

/** Posts `text` and `clientId`. The script clears it, shows a pending bubble and gives the next message its own id. */
export function Composer({ composer, reader }: ComposerProps) {
  const words = agentWords(reader.locale)
  if (composer.refused !== undefined) {
    return (
      <div id={targets.composer} class="composer is-refused">
        <p class="quiet-line">{composer.refused}</p>
        <ContextMeter context={composer.context} reader={reader} />
      </div>
    )
  }
  return (
    <div
      id={targets.composer}
      class="composer"
      data-loop={composer.loop}
      data-not-sent={words.notSent}
      data-late={words.lateEdit}
    >
      <ComposerState working={composer.working} />
      <PostForm
        action={urls.loopMessages(composer.loop)}
        formToken={composer.formToken}
        live
        class="composer-form"
        id="composer-form"
        files
      >
        <input type="hidden" name="clientId" value={composer.clientId} />
        <MessageField text={composer.text} reader={reader} />
        <Images loop={composer.loop} reader={reader} />
        <noscript>
          <label>
            {imageWords(reader.locale).add}{" "}
            <input type="file" name="image" accept={imageTypes} multiple aria-describedby="image-limits" />
          </label>
          <p class="hint" id="image-limits">
            {imageWords(reader.locale).limits(mostImages)}
          </p>
        </noscript>
        <ComposerError sentence={composer.error} />
        <AgentSees checked={composer.agentSees ?? true} reader={reader} />
      </PostForm>
      <div class="composer-foot">
        <ModeForm composer={composer} reader={reader} />
        {composer.model?.demo === true && <span class="tag">{commonWords(reader.locale).demoBadge}</span>}
        <ContextMeter context={composer.context} reader={reader} />
        <span class="composer-hint">{words.sendHint}</span>
        <PostForm action={urls.loopStop(composer.loop)} formToken={composer.formToken} live class="stop-form">
          <button type="submit" class="button square stop" aria-label={words.stop} data-stop>
            <Icon name="stop" />
          </button>
        </PostForm>
        <button type="submit" form="composer-form" class="button primary square send" aria-label={words.send}>
          <Icon name="up" />
        </button>
      </div>
    </div>
  )
}

function MessageField({ text, reader }: { text: string | undefined; reader: Reader }) {
  const words = agentWords(reader.locale)
  return (
    <textarea
      id="composer-text"
      name="text"
      rows="1"
      aria-label={words.message}
      aria-describedby={targets.composerError}
      placeholder={words.placeholder}
      maxlength="200000"
      data-shortcut="m"
    >
      {text}
    </textarea>
  )
}

/** The script puts the images of the message here, each with an `attachment` to post, as they are pasted or dropped. */
function Images({ loop, reader }: { loop: string; reader: Reader }) {
  const words = imageWords(reader.locale)
  const { wrong, large, full, failed, remove, sending } = words
  return (
    <p
      id="composer-images"
      class="only-script"
      data-to={workbenchUrls.attachments(loop)}
      data-most={String(mostImages)}
      data-many={words.many(mostImages)}
      {...{ "data-wrong": wrong, "data-large": large, "data-full": full, "data-failed": failed }}
      {...{ "data-remove": remove, "data-sending": sending }}
    >
      <label class="button quiet small">
        {words.add}
        <input type="file" class="unseen" accept={imageTypes} multiple />
      </label>
    </p>
  )
}

/** Posts `agentSees`, which only matters for a command. The script shows it while the text begins like one. */
function AgentSees({ checked, reader }: { checked: boolean; reader: Reader }) {
  const words = shellWords(reader.locale)
  return (
    <label class="composer-sees">
      <input type="checkbox" name="agentSees" value="yes" checked={checked} />
      <span class="only-script">{words.letAgentSee}</span>
      <span class="no-script">{words.letAgentSeePlain}</span>
    </label>
  )
}

/** Whether Stop is offered. Live: `<Replace target={targets.composerState}>`; the rest of the composer is left alone. */
export const ComposerState = ({ working }: { working: boolean }) => (
  <span id={targets.composerState} hidden data-working={working ? "true" : "false"} />
)

/** The sentence under the text; empty while there is none. Live: `<Replace target={targets.composerError}>`. */
export const ComposerError = ({ sentence }: { sentence?: string | undefined }) => (
  <p id={targets.composerError} class="field-error" role="alert" hidden={sentence === undefined}>
    {sentence}
  </p>
)

/** Posts `mode`, as soon as another one is chosen; the button is for browsers without script. */
function ModeForm({ composer, reader }: ComposerProps) {
  const action = urls.loopMode(composer.loop)
  return (
    <PostForm action={action} formToken={composer.formToken} live class="mode-form">
      <ComposerMode mode={composer.mode} action={action} reader={reader} />
      <button type="submit" class="button quiet no-script">
        {commonWords(reader.locale).change}
      </button>
    </PostForm>
  )
}

interface ComposerModeProps {
  mode: ComposerView["mode"]
  /** Where the form posts to. */
  action: string
  reader: Reader
}

/** Live: `<Replace target={targets.composerMode}>`. The script makes what was chosen by hand follow `data-chosen`. */
export function ComposerMode({ mode, action, reader }: ComposerModeProps) {
  const words = agentWords(reader.locale)
  return (
    <select
      id={targets.composerMode}
      name="mode"
      aria-label={words.mode}
      hx-post={action}
      hx-swap="none"
      data-chosen={mode}
      class="quiet-select"
    >
      <option value="bypassPermissions" selected={mode === "bypassPermissions"}>
        {words.modeBypass}
      </option>
      <option value="default" selected={mode === "default"}>
        {words.modeDefault}
      </option>
    </select>
  )
}
