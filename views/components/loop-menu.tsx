import { loopWords } from "../../src/lib/i18n/loops.ts"
import { originWords } from "../../src/lib/i18n/origins.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon, type IconName } from "../icons/icon.tsx"
import { PostForm } from "./form.tsx"
import { Menu } from "./menu.tsx"
import type { LoopHeaderProps } from "./loop-header.tsx"

export function LoopMenu({ header, reader, formToken }: LoopHeaderProps) {
  const words = loopWords(reader.locale)
  const { may, id } = header
  const acts: [boolean, string, string, IconName, string?][] = [
    [may.hide, urls.loopVisibility(id), words.hide, "lock", "private"],
    [may.show, urls.loopVisibility(id), words.show, "people", "workspace"],
    [may.archive, urls.loopArchive(id), words.archive, "archive"],
    [may.restore, urls.loopRestore(id), words.restore, "restore"],
    [may.stopSandbox, urls.loopSandboxStop(id), words.stopSandbox, "power"],
  ]
  return (
    <Menu id="loop-menu" class="button quiet square" at="head" label={words.loopMenu} face={<Icon name="more" />}>
      {may.rename && (
        <button type="button" class="menu-row only-script" data-focus="loop-title-field">
          <Icon name="pencil" />
          {words.rename}
        </button>
      )}
      {acts
        .filter(([allowed]) => allowed)
        .map(([, action, label, icon, visibility]) => (
          <PostForm action={action} formToken={formToken}>
            {visibility !== undefined && <input type="hidden" name="visibility" value={visibility} />}
            <button type="submit" class="menu-row">
              <Icon name={icon} />
              {label}
            </button>
          </PostForm>
        ))}
      {header.distillUrl !== undefined && (
        <a class="menu-row" href={header.distillUrl}>
          <Icon name="book" />
          {originWords(reader.locale).distill}
        </a>
      )}
      <a class="menu-row" href={urls.loopSandbox(id)}>
        <Icon name="eye" />
        {words.whatItSees}
      </a>
      {may.delete && (
        <a class="menu-row danger" href={urls.loopDelete(id)}>
          <Icon name="trash" />
          {words.remove}
        </a>
      )}
    </Menu>
  )
}
