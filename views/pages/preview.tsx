import { previewWords } from "../../src/lib/i18n/previews.ts"
import { urls } from "../../src/lib/urls.ts"
import { Field, FormError, PostForm } from "../components/form.tsx"
import { Menu } from "../components/menu.tsx"
import { ShareForm } from "../components/share-form.tsx"
import { Icon } from "../icons/icon.tsx"
import { PanelFrame, Unplaced } from "../layouts/panel-frame.tsx"
import type { PreviewPageView, ShareView } from "../props/previews.ts"
import { FoldLabel } from "../components/small.tsx"

export function PreviewPage({ page }: { page: PreviewPageView }) {
  const { reader, share, unplaced, off } = page
  if (off !== undefined)
    return (
      <PanelFrame page={page} class="filled previews">
        <div class="panel-notice">
          <h2>{off.title}</h2>
          <p>{off.lead}</p>
        </div>
      </PanelFrame>
    )
  return (
    <PanelFrame page={page} class="filled previews">
      {page.tabs.length > 0 && <Bar page={page} />}
      {unplaced !== undefined && <Unplaced unplaced={unplaced} reader={reader} />}
      {unplaced === undefined && share !== undefined && <Shown page={page} share={share} />}
      {unplaced === undefined && share === undefined && <None page={page} />}
    </PanelFrame>
  )
}

function Bar({ page }: { page: PreviewPageView }) {
  const words = previewWords(page.reader.locale)
  const name = words.add
  return (
    <div class="preview-bar">
      <nav class="inner-tabs" aria-label={words.shown}>
        {page.tabs.map((tab) => (
          <a class="inner-tab" href={tab.url} aria-current={tab.current ? "page" : undefined}>
            <span class="cut">{tab.name}</span>
          </a>
        ))}
      </nav>
      <Menu id="preview-add" class="button quiet square" label={name} face={<Icon name="plus" />} at="head">
        <Ports page={page} />
        <Others page={page} />
      </Menu>
    </div>
  )
}

function Shown({ page, share }: { page: PreviewPageView; share: ShareView }) {
  const words = previewWords(page.reader.locale)
  return (
    <>
      <FormError errors={page.errors} />
      <div class="preview-tools">
        <Address page={page} share={share} />
        <button type="button" class="button small quiet only-script" id="preview-reload">
          <Icon name="reload" />
          <span>{words.reload}</span>
        </button>
        <Widths page={page} share={share} />
        <a class="button small" href={urls.previewEntrance(share.label)} target="_blank" rel="noopener">
          <Icon name="globe" />
          <span>{words.openInTab}</span>
        </a>
        <Menu id="preview-share" class="button small" at="head" face={words.share}>
          <ShareForm page={page} share={share} />
        </Menu>
      </div>
      <Enter page={page} share={share} />
      <div class="preview-stage">
        <iframe
          id="preview-frame"
          name="preview"
          title={words.frame}
          class={["preview-frame", share.width !== undefined && `is-${share.width}`]}
          data-origin={share.origin}
          sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-downloads"
        />
      </div>
      <p class="hint preview-foot">{words.frameBlocked}</p>
    </>
  )
}

function Address({ page, share }: { page: PreviewPageView; share: ShareView }) {
  const { reader, header } = page
  const words = previewWords(reader.locale)
  return (
    <form method="get" action={urls.loopPreview(header.id)} class="preview-address" id="preview-address">
      <input type="hidden" name="share" value={share.id} />
      {share.width !== undefined && <input type="hidden" name="width" value={String(share.width)} />}
      <label class="unseen" for="preview-path">
        {words.address}
      </label>
      <span class="preview-origin mono cut" aria-hidden="true">
        {share.origin}
      </span>
      <input
        type="text"
        id="preview-path"
        name="path"
        class="mono"
        value={share.path}
        maxlength="2000"
        autocomplete="off"
      />
      <button type="submit" class="button small">
        {words.go}
      </button>
    </form>
  )
}

/** Leads the frame in: by itself with script, with one press of a button without. */
function Enter({ page, share }: { page: PreviewPageView; share: ShareView }) {
  const words = previewWords(page.reader.locale)
  return (
    <form method="post" action={share.enterUrl} target="preview" id="preview-enter" data-enter="preview-frame">
      <input type="hidden" name="ticket" value={share.ticket} />
      <input type="hidden" name="to" value={share.path} />
      <noscript>
        <button type="submit" class="button primary">
          {words.showHere}
        </button>
      </noscript>
    </form>
  )
}

function Widths({ page, share }: { page: PreviewPageView; share: ShareView }) {
  const words = previewWords(page.reader.locale)
  const widths: [name: string, width: number | undefined][] = [
    [words.widthFull, undefined],
    [words.widthTablet, 820],
    [words.widthPhone, 390],
  ]
  return (
    <nav class="preview-widths" aria-label={words.widths}>
      {widths.map(([name, width]) => (
        <a
          class="button small quiet"
          href={urls.loopPreview(page.header.id, {
            ...{ share: share.id, path: share.path },
            ...(width !== undefined && { width: String(width) }),
          })}
          aria-current={share.width === width ? "true" : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  )
}

function None({ page }: { page: PreviewPageView }) {
  const words = previewWords(page.reader.locale)
  return (
    <div class="panel-notice">
      <h2>{words.noneYet}</h2>
      <p>{words.noneLead}</p>
      <FormError errors={page.errors} />
      <Ports page={page} />
      <details class="fold" open={"port" in page.errors || "folder" in page.errors}>
        <FoldLabel>{words.otherPort}</FoldLabel>
        <Others page={page} />
      </details>
    </div>
  )
}

/** What listens inside, each a button; or how to get there. */
function Ports({ page }: { page: PreviewPageView }) {
  const { reader, header, formToken, ports } = page
  const words = previewWords(reader.locale)
  if (ports === undefined)
    return (
      <>
        <p>
          {words.resting} {words.restingLead}
        </p>
        <PostForm action={urls.loopPreviewStart(header.id)} formToken={formToken}>
          <button type="submit" class="button primary">
            <Icon name="power" />
            <span>{words.start}</span>
          </button>
        </PostForm>
      </>
    )
  return (
    <section aria-label={words.portsTitle}>
      {ports.length === 0 && <p class="hint">{words.noPorts}</p>}
      <div class="preview-ports">
        {ports.map((port) => (
          <PostForm action={urls.previews(header.id)} formToken={formToken}>
            <input type="hidden" name="port" value={String(port)} />
            <button type="submit" class="button primary">
              <Icon name="globe" />
              <span>{words.openPort(port)}</span>
            </button>
          </PostForm>
        ))}
        <a class="button" href={urls.loopPreview(header.id)}>
          <Icon name="reload" />
          <span>{words.look}</span>
        </a>
      </div>
    </section>
  )
}

/** A port that does not listen yet, or a folder. */
function Others({ page }: { page: PreviewPageView }) {
  const { reader, header, formToken, errors, values } = page
  const words = previewWords(reader.locale)
  return (
    <>
      <PostForm action={urls.previews(header.id)} formToken={formToken} class="stack" label={words.addPort}>
        <Field name="port" label={words.port} errors={errors}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputmode="numeric"
              maxlength="5"
              value={values.port}
              autocomplete="off"
              required
            />
          )}
        </Field>
        <button type="submit" class="button">
          {words.addPort}
        </button>
      </PostForm>
      <PostForm action={urls.previews(header.id)} formToken={formToken} class="stack" label={words.addFolder}>
        <Field name="folder" label={words.folder} hint={words.folderHint} errors={errors}>
          {(control) => <input {...control} type="text" maxlength="1000" value={values.folder} autocomplete="off" />}
        </Field>
        <button type="submit" class="button">
          {words.addFolder}
        </button>
      </PostForm>
    </>
  )
}
