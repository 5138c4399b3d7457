import { networkWords } from "../../src/lib/i18n/network.ts"
import { strictnessWords } from "../../src/lib/i18n/strictness.ts"
import { workbenchUrls } from "../../src/lib/workbench-urls.ts"
import type { Reader } from "../props/reader.ts"
import type { SightView, StrictnessView } from "../props/sight.ts"
import { PostForm } from "./form.tsx"

/** How much stricter than its workspace the loop is to be: only for its driver. */
export function StrictnessForm({ page: { strictness, header, reader, formToken } }: { page: SightView }) {
  if (strictness === undefined) return null
  const words = strictnessWords(reader.locale)
  return (
    <section aria-labelledby="sight-strictness">
      <h3 id="sight-strictness">{words.title}</h3>
      <p class="hint">{words.lead}</p>
      <PostForm action={workbenchUrls.strictness(header.id)} formToken={formToken} class="stack">
        <Hardening strictness={strictness} reader={reader} />
        <Network strictness={strictness} reader={reader} />
        <div class="form-foot">
          <button type="submit" class="button">
            {words.apply}
          </button>
        </div>
      </PostForm>
    </section>
  )
}

interface Choosing {
  strictness: StrictnessView
  reader: Reader
}

function Hardening({ strictness: { hardening, hardenings }, reader }: Choosing) {
  const words = strictnessWords(reader.locale)
  if (hardenings.length < 2) return <Fixed name={words.hardening} sentence={words.byWorkspace} />
  const said = {
    standard: { name: words.standard, hint: words.standardHint },
    strict: { name: words.strict, hint: words.strictHint },
    nested: { name: words.nested, hint: words.nestedHint },
  }
  const choices = hardenings.map((value) => ({ value, ...said[value] }))
  return <Choices field="hardening" name={words.hardening} choices={choices} chosen={hardening} />
}

function Network({ strictness: { network, networks }, reader }: Choosing) {
  const words = strictnessWords(reader.locale)
  const about = networkWords(reader.locale)
  if (networks.length < 2) return <Fixed name={words.network} sentence={words.onlyGateway} />
  const said = {
    open: { name: about.modeOpen, hint: about.modeOpenHint },
    "allow-list": { name: about.modeAllowList, hint: about.modeAllowListHint },
    "gateway-only": { name: about.modeGatewayOnly, hint: about.modeGatewayOnlyHint },
  }
  const choices = networks.map((value) => ({ value, ...said[value] }))
  return <Choices field="network" name={words.network} choices={choices} chosen={network} />
}

const Fixed = ({ name, sentence }: { name: string; sentence: string }) => (
  <p>
    <strong>{name}</strong> <span>{sentence}</span>
  </p>
)

interface ChoicesProps {
  field: string
  name: string
  choices: { value: string; name: string; hint: string }[]
  chosen: string
}

const Choices = ({ field, name, choices, chosen }: ChoicesProps) => (
  <fieldset class="stack">
    <legend>
      <strong>{name}</strong>
    </legend>
    {choices.map((choice) => (
      <label class="check">
        <input type="radio" name={field} value={choice.value} checked={choice.value === chosen} />
        <span>
          {choice.name} <span class="hint">{choice.hint}</span>
        </span>
      </label>
    ))}
  </fieldset>
)
