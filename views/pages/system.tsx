import { originWords } from "../../src/lib/i18n/origins.ts"
import { systemWords } from "../../src/lib/i18n/system.ts"
import { urls } from "../../src/lib/urls.ts"
import { Findings, Verdict } from "../components/findings.tsx"
import { PostForm } from "../components/form.tsx"
import { ImageCard } from "../components/image-run.tsx"
import { Icon } from "../icons/icon.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { Reader } from "../props/reader.ts"
import type { ImageRunView, SystemView } from "../props/system.ts"

export function SystemPage({ page }: { page: SystemView }) {
  const { reader, formToken } = page
  const words = systemWords(reader.locale)
  return (
    <SettingsFrame
      page={page}
      at={urls.system}
      style={page.assets.panels}
      lead={words.systemLead}
      act={
        <PostForm action={urls.systemCheck} formToken={formToken}>
          <button type="submit" class="button">
            <Icon name="reload" />
            <span>{words.checkAgain}</span>
          </button>
        </PostForm>
      }
    >
      <Verdict findings={page.findings} reader={reader} />
      <SystemImage image={page.image} reader={reader} formToken={formToken} />
      <Findings findings={page.findings} reader={reader} />
      {page.user.admin && (
        <p>
          <a class="button" href={urls.newLoopFrom({ kind: "cross-loop" })}>
            {originWords(reader.locale).openCrossLoop}
          </a>
        </p>
      )}
    </SettingsFrame>
  )
}

interface SystemImageProps {
  image: ImageRunView
  reader: Reader
  formToken?: string | undefined
}

/** Live: `<Replace target={targets.imageRun}>`. */
export function SystemImage({ image, reader, formToken }: SystemImageProps) {
  return (
    <ImageCard image={image} reader={reader}>
      <PostForm action={urls.systemCheck} formToken={formToken} class="ask-foot">
        <button type="submit" class="button primary">
          {systemWords(reader.locale).tryAgain}
        </button>
      </PostForm>
    </ImageCard>
  )
}
