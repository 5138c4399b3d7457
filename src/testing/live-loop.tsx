/** A loop's page in a real browser, with its stream in the hands of the test. */
import type { Browser } from "playwright-core"
import { LoopPage } from "../../views/pages/loop.tsx"
import type { LoopPageView, UserMessageItem } from "../../views/props/conversation.ts"
import type { Reader } from "../../views/props/reader.ts"
import type { BuiltAsset } from "../tools/assets.ts"
import { loopPage } from "../tools/gallery/conversation.ts"
import { now } from "../tools/gallery/samples.ts"
import { type LivePage, openLivePage, streamPath } from "./live-page.ts"

export const reader: Reader = { locale: "en", now }
export const connection = '[role=status][aria-label="Connection"]'

export const said = (seq: number, text: string, clientId = `client-${seq}`): UserMessageItem => ({
  kind: "user-message",
  id: `item-${seq}`,
  seq,
  clientId,
  author: "alice",
  at: now,
  text,
  state: "sent",
})

interface Opened {
  change?: Partial<LoopPageView>
  answer?: Parameters<typeof openLivePage>[1]["answer"]
  size?: { width: number; height: number }
  hasTouch?: boolean
}

/** Waits until its stream is open. */
export async function openLoop(browser: Browser, assets: BuiltAsset[], opened: Opened = {}): Promise<LivePage> {
  const { change, answer, size = { width: 1280, height: 800 }, hasTouch } = opened
  const live = await openLivePage(browser, {
    assets,
    viewport: size,
    hasTouch,
    answer,
    page: (urls) => {
      const page = loopPage({ locale: "en", theme: "light", assets: urls })
      const quiet = { ...page.composer, working: false }
      const still = {
        composer: quiet,
        queue: { ...page.queue, messages: [] },
        shells: undefined,
        streamUrl: streamPath,
      }
      return <LoopPage page={{ ...page, ...still, ...change }} />
    },
  })
  await live.page.locator(`${connection}[data-connection=live]`).waitFor({ state: "attached" })
  return live
}
