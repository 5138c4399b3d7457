import { previewWords } from "../../src/lib/i18n/previews.ts"
import { urls } from "../../src/lib/urls.ts"
import { FormError, PostForm } from "../components/form.tsx"
import { Time } from "../components/small.tsx"
import { SettingsFrame } from "../layouts/settings-frame.tsx"
import type { ShareRowView, SharesPageView } from "../props/previews.ts"

/** Settings → Shares: what all loops show, for administrators. */
export function SharesPage({ page }: { page: SharesPageView }) {
  const { reader, formToken, linksAllowed } = page
  const words = previewWords(reader.locale)
  return (
    <SettingsFrame page={page} at={urls.shares}>
      <p class="lead">{words.sharesLead}</p>
      <FormError errors={page.errors} />
      <div class="settings-lead">
        <p>{linksAllowed ? words.linksOn : words.linksOff}</p>
        <PostForm action={urls.sharesLinks} formToken={formToken}>
          <input type="hidden" name="links" value={linksAllowed ? "off" : "on"} />
          <button type="submit" class="button">
            {linksAllowed ? words.forbidLinks : words.allowLinks}
          </button>
        </PostForm>
      </div>
      {page.shares.length === 0 && <p class="notice">{words.noShares}</p>}
      <ul class="cards">
        {page.shares.map((share) => (
          <ShareCard page={page} share={share} />
        ))}
      </ul>
    </SettingsFrame>
  )
}

function ShareCard({ page, share }: { page: SharesPageView; share: ShareRowView }) {
  const { reader, formToken } = page
  const words = previewWords(reader.locale)
  const accesses = {
    driver: words.accessDriverOf(share.owner),
    workspace: words.accessWorkspace,
    link: words.accessLink,
  }
  return (
    <li class="card" data-share={share.id}>
      <div class="card-head">
        <h2>{share.name}</h2>
        <span class={["tag", share.access === "link" && "accent"]}>{accesses[share.access]}</span>
      </div>
      <p class="card-facts">
        <span class="mono cut">{share.address}</span>
        <span>{share.loop === undefined ? words.privateLoop : <a href={share.loop.url}>{share.loop.title}</a>}</span>
        <span>
          {words.owner} {share.owner}
        </span>
        <span>{words.visits(share.visits)}</span>
        <span>
          {words.endsAt} <Time at={share.endsAt} reader={reader} />
        </span>
      </p>
      <div class="card-acts">
        <PostForm action={urls.shareEnd(share.id)} formToken={formToken}>
          <button type="submit" class="button small danger" aria-label={words.endNamed(share.name)}>
            {words.endAny}
          </button>
        </PostForm>
      </div>
    </li>
  )
}
