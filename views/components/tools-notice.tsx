import { toolsWords } from "../../src/lib/i18n/tools.ts"
import { urls } from "../../src/lib/urls.ts"
import type { Reader } from "../props/reader.ts"
import type { ToolsNoticeView } from "../props/tools.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"
import { BuildLog, BuildProgress } from "./image-run.tsx"
import { Fold } from "./small.tsx"

interface ToolsNoticeProps {
  tools: ToolsNoticeView | undefined
  reader: Reader
}

/** On every page of a loop. Live: `<Replace target={targets.tools}>`; empty while there is nothing to say. */
export function ToolsNotice({ tools, reader }: ToolsNoticeProps) {
  if (tools === undefined) return <div id={targets.tools} />
  return (
    <div id={targets.tools} data-tools={tools.state}>
      {tools.state === "building" && <Building tools={tools} reader={reader} />}
      {tools.state === "failed" && <Failed tools={tools} reader={reader} />}
      {tools.state === "restart" && <Behind tools={tools} reader={reader} />}
    </div>
  )
}

type In<S extends ToolsNoticeView["state"]> = Extract<ToolsNoticeView, { state: S }>

function Building({ tools: { build }, reader }: { tools: In<"building">; reader: Reader }) {
  const words = toolsWords(reader.locale)
  return (
    <section class="card image-run" aria-label={words.toolsMaking}>
      <BuildProgress build={build} label={words.toolsMaking} reader={reader}>
        <strong>{words.toolsMaking}</strong>
      </BuildProgress>
      <BuildLog id="tools-log" lines={build.lines} reader={reader} />
    </section>
  )
}

function Failed({ tools, reader }: { tools: In<"failed">; reader: Reader }) {
  const words = toolsWords(reader.locale)
  const { loop, title, sentence, detail, lines, who, mayAct, formToken } = tools
  return (
    <section class="card stack image-run" role="alert">
      <p class="failure-sentence">
        <strong>{title}</strong>
      </p>
      <p>
        {words.toolsWithout} {sentence}
      </p>
      <Fold label={words.toolsLines} text={[...lines, ...(lines.includes(detail) ? [] : [detail])].join("\n")} />
      <Fold label={words.toolsWho} text={who} />
      {mayAct && (
        <PostForm action={urls.loopToolsAgain(loop)} formToken={formToken}>
          <button type="submit" class="button small">
            {words.toolsAgain}
          </button>
        </PostForm>
      )}
    </section>
  )
}

function Behind({ tools: { loop, mayAct, formToken }, reader }: { tools: In<"restart">; reader: Reader }) {
  const words = toolsWords(reader.locale)
  return (
    <section class="card stack image-run" role="status">
      <p>{words.toolsReady}</p>
      {mayAct && (
        <PostForm action={urls.loopSandboxRestart(loop)} formToken={formToken}>
          <button type="submit" class="button small">
            {words.toolsRestart}
          </button>
        </PostForm>
      )}
    </section>
  )
}
