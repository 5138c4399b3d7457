import { agentWords } from "../../src/lib/i18n/agent.ts"
import { loopWords } from "../../src/lib/i18n/loops.ts"
import { urls } from "../../src/lib/urls.ts"
import { Composer } from "../components/composer.tsx"
import { Conversation } from "../components/conversation.tsx"
import { PostForm } from "../components/form.tsx"
import { LoopHeader } from "../components/loop-header.tsx"
import { LoopPanels } from "../components/loop-panels.tsx"
import { ImageWait } from "../components/image-run.tsx"
import { Queue } from "../components/queue.tsx"
import { RunningShells } from "../components/shell-block.tsx"
import { Activity, LoopState, Stage } from "../components/stage.tsx"
import { ToolsNotice } from "../components/tools-notice.tsx"
import { Icon } from "../icons/icon.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { LoopPageView } from "../props/conversation.ts"

export function LoopPage({ page }: { page: LoopPageView }) {
  const { reader, formToken } = page
  const words = agentWords(reader.locale)
  return (
    <Frame page={page} class="loop-page">
      <LoopState state={page.state} />
      <LoopHeader header={page.header} reader={reader} formToken={formToken} />
      <LoopPanels
        loop={page.header.id}
        current="conversation"
        drives={page.header.driver === page.user.name}
        sharesTerminal={page.header.sharesTerminal === true}
        reader={reader}
      />
      <div class="scroller" id="scroller" tabindex="-1" data-seen={urls.loopSeen(page.header.id)}>
        <div class="scrolled">
          <Conversation items={page.items} earlierUrl={page.earlierUrl} reader={reader} />
          {page.shells !== undefined && <RunningShells shells={page.shells} reader={reader} />}
          <Stage
            preparing={page.preparing}
            broken={page.broken}
            empty={page.items.length === 0}
            reader={reader}
            formToken={formToken}
          />
          <ImageWait image={page.image} reader={reader} />
          <ToolsNotice tools={page.tools} reader={reader} />
          <div id="pending" class="log" data-sending={words.sending} data-author={page.user.name} />
          <noscript>
            <p class="notice">
              {words.noScript} <a href={urls.loop(page.header.id)}>{words.reload}</a>
            </p>
          </noscript>
        </div>
      </div>
      <div class="desk">
        <button type="button" id="jump" class="button jump" hidden data-new={words.newBelow(0)}>
          <Icon name="down" />
          <span>{words.jumpToLatest}</span>
        </button>
        <Activity activity={page.activity} reader={reader} />
        <Queue queue={page.queue} reader={reader} />
        <Composer composer={page.composer} reader={reader} />
        {page.header.may.restore && (
          <PostForm action={urls.loopRestore(page.header.id)} formToken={formToken} class="desk-act">
            <button type="submit" class="button">
              <Icon name="restore" />
              <span>{loopWords(reader.locale).restoreThis}</span>
            </button>
          </PostForm>
        )}
      </div>
    </Frame>
  )
}
