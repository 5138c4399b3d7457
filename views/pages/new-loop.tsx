import { loopWords } from "../../src/lib/i18n/loops.ts"
import { NewLoopForm } from "../components/new-loop-form.tsx"
import { SetUpSteps } from "../components/set-up-steps.tsx"
import { Frame } from "../layouts/frame.tsx"
import type { NewLoopPageView } from "../props/loops.ts"

export function NewLoopPage({ page }: { page: NewLoopPageView }) {
  return (
    <Frame page={page} class="narrow-page">
      {page.form.first === true && <SetUpSteps at="loop" reader={page.reader} />}
      <h1>{loopWords(page.reader.locale).newLoop}</h1>
      <NewLoopForm form={page.form} />
    </Frame>
  )
}
