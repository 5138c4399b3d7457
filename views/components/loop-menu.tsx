import { loopWords } from "../../src/lib/i18n/loops.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon, type IconName } from "../icons/icon.tsx"
import { PostForm } from "./form.tsx"
import type { LoopHeaderProps } from "./loop-header.tsx"

/** A disclosure, so that it opens without script; the script closes it on Esc and on a click outside. */
export function LoopMenu({ header, reader, formToken }: LoopHeaderProps) {
  const words = loopWords(reader.locale)
  const { may, id } = header
  const acts: [boolean, string, string, IconName][] = [
    [may.archive, urls.loopArchive(id), words.archive, "archive"],
    [may.restore, urls.loopRestore(id), words.restore, "restore"],
    [may.stopSandbox, urls.loopSandboxStop(id), words.stopSandbox, "power"],
  ]
  if (!Object.values(may).some(Boolean)) return null
  return (
    <details class="menu loop-menu">
      <summary class="button quiet square" aria-label={words.loopMenu}>
        <Icon name="more" />
      </summary>
      <div class="menu-card end">
        {may.rename && (
          <button type="button" class="menu-row only-script" data-focus="loop-title-field">
            <Icon name="pencil" />
            {words.rename}
          </button>
        )}
        {acts
          .filter(([allowed]) => allowed)
          .map(([, action, label, icon]) => (
            <PostForm action={action} formToken={formToken}>
              <button type="submit" class="menu-row">
                <Icon name={icon} />
                {label}
              </button>
            </PostForm>
          ))}
        {may.delete && (
          <a class="menu-row danger" href={urls.loopDelete(id)}>
            <Icon name="trash" />
            {words.remove}
          </a>
        )}
      </div>
    </details>
  )
}
