import { systemWords } from "../../src/lib/i18n/system.ts"
import type { Child } from "../../src/lib/jsx/jsx-runtime.ts"
import { duration } from "../../src/lib/time.ts"
import { Icon } from "../icons/icon.tsx"
import type { Reader } from "../props/reader.ts"
import type { BuildView, ImageRunView, TriedSourceView } from "../props/system.ts"
import { targets } from "../targets.ts"
import { Elapsed, Time } from "./small.tsx"

interface ImageRunProps {
  image: ImageRunView
  reader: Reader
}

/** In a loop that waits for the base image. Live: `<Replace target={targets.imageRun}>`; empty when it waits no more. */
export function ImageWait({ image, reader }: { image: ImageRunView | undefined; reader: Reader }) {
  if (image === undefined) return <div id={targets.imageRun} />
  const words = systemWords(reader.locale)
  return (
    <div id={targets.imageRun}>
      <section class="card image-run" aria-labelledby="image-run-title">
        <h2 id="image-run-title">{words.imageBuilding}</h2>
        <ImageProgress image={image} reader={reader} />
        <p class="hint">{words.keepWaiting}</p>
        <ImageLog image={image} reader={reader} />
      </section>
    </div>
  )
}

/** On the page about this server. Live: `<Replace target={targets.imageRun}>`. `children`: what can be done. */
export function ImageCard({ image, reader, children }: ImageRunProps & { children?: Child }) {
  const words = systemWords(reader.locale)
  return (
    <section id={targets.imageRun} class="card image-run" aria-labelledby="image-run-title" data-image={image.state}>
      <h2 id="image-run-title">{words.image}</h2>
      {image.state === "waiting" && <p class="hint">{words.imageWaits}</p>}
      {image.state === "building" && <ImageProgress image={image} reader={reader} />}
      {image.state === "ready" && <ImageResult image={image} reader={reader} />}
      {image.state === "failed" && (
        <ImageFailure image={image} reader={reader}>
          {children}
        </ImageFailure>
      )}
      <ImageLog image={image} reader={reader} />
    </section>
  )
}

function ImageProgress({ image, reader }: ImageRunProps) {
  const { source, from, tried } = image
  return (
    <>
      <BuildProgress build={image} label={systemWords(reader.locale).imageBuilding} reader={reader}>
        {source !== undefined && <Source source={source} from={from} />}
      </BuildProgress>
      <Tried tried={tried} reader={reader} />
    </>
  )
}

interface BuildProgressProps {
  build: BuildView
  label: string
  reader: Reader
  children?: Child
}

/** `children`: what is made, before how long it takes. */
export function BuildProgress({ build, label, reader, children }: BuildProgressProps) {
  const words = systemWords(reader.locale)
  const { step, startedAt, lastTook, quiet } = build
  return (
    <>
      <p class="card-facts">
        {children}
        {startedAt !== undefined && <Elapsed since={startedAt} reader={reader} />}
        {lastTook !== undefined && <span>{words.lastTook(duration(lastTook, reader.locale))}</span>}
      </p>
      {step !== undefined && (
        <div class="image-step" role="status">
          <span class="spinner" aria-hidden="true" />
          <span>{step.text}</span>
          <span class="hint number">{words.stepOf(step.number, step.of)}</span>
        </div>
      )}
      {step !== undefined && <progress value={step.number} max={step.of} aria-label={label} />}
      {quiet && <p class="hint">{words.stillWorking}</p>}
    </>
  )
}

function ImageResult({ image, reader }: ImageRunProps) {
  const words = systemWords(reader.locale)
  const { source = "", id, madeAt, took } = image
  return (
    <>
      <p class="image-used">
        <Icon name="check" />
        <strong>{words.imageUsed(source)}</strong>
        {image.from !== undefined && <span class="mono cut">{image.from}</span>}
      </p>
      <dl class="facts">
        {id !== undefined && <Fact name={words.imageId}>{<span class="mono">{id}</span>}</Fact>}
        {madeAt !== undefined && (
          <Fact name={words.imageMade}>
            <Time at={madeAt} reader={reader} />
            {took !== undefined && <span class="hint"> {words.imageTook(duration(took, reader.locale))}</span>}
          </Fact>
        )}
        {image.tag !== undefined && <Fact name={words.imageTag}>{<span class="mono long">{image.tag}</span>}</Fact>}
      </dl>
      {image.reduced && <p class="hint">{words.imageReduced}</p>}
      <Tried tried={image.tried} reader={reader} />
    </>
  )
}

const Fact = ({ name, children }: { name: string; children?: Child }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

function ImageFailure({ image, reader, children }: ImageRunProps & { children?: Child }) {
  const words = systemWords(reader.locale)
  return (
    <div role="alert" class="stack">
      <p class="failure-sentence">{words.imageFailed}</p>
      <Tried tried={image.tried} reader={reader} />
      <p>{words.imageRemedy}</p>
      {children}
    </div>
  )
}

const Source = ({ source, from }: { source: string; from?: string | undefined }) => (
  <span class="image-source">
    <strong>{source}</strong>
    {from !== undefined && <span class="mono cut"> {from}</span>}
  </span>
)

function Tried({ tried, reader }: { tried: TriedSourceView[]; reader: Reader }) {
  if (tried.length === 0) return null
  return (
    <ul class="tried" aria-label={systemWords(reader.locale).tried}>
      {tried.map((one) => (
        <li>
          <Icon name="cross" />
          <div class="stack">
            <p>
              <Source source={one.source} from={one.from} /> <span>{one.sentence}</span>
            </p>
            {one.command !== undefined && <code class="command">{one.command}</code>}
            <pre class="detail" tabindex="0">
              {one.detail}
            </pre>
          </div>
        </li>
      ))}
    </ul>
  )
}

const ImageLog = ({ image: { lines, logUrl }, reader }: ImageRunProps) => (
  <BuildLog id="image-log" lines={lines} reader={reader}>
    {logUrl !== undefined && (
      <a class="button" href={logUrl} download="loopat-image.log">
        {systemWords(reader.locale).wholeLog}
      </a>
    )}
  </BuildLog>
)

interface BuildLogProps {
  id: string
  lines: readonly string[]
  reader: Reader
  children?: Child
}

/** Folded; what a person unfolded stays open while lines come. */
export function BuildLog({ id, lines, reader, children }: BuildLogProps) {
  if (lines.length === 0) return null
  return (
    <details class="fold" id={id}>
      <summary>
        <Icon name="chevron" />
        <span class="fold-label">{systemWords(reader.locale).log}</span>
        <span class="hint cut mono">{lines.at(-1)}</span>
      </summary>
      <pre class="detail build-log" tabindex="0">
        {lines.join("\n")}
      </pre>
      {children}
    </details>
  )
}
