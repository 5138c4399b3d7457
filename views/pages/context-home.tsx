import { contextWords } from "../../src/lib/i18n/context.ts"
import { outsideWords } from "../../src/lib/i18n/outside.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { outsideUrls } from "../../src/lib/outside-urls.ts"
import { Capture } from "../components/context-dialogs.tsx"
import { KeptTexts } from "../components/context-lists.tsx"
import { OutsideState } from "../components/outside-state.tsx"
import { Time } from "../components/small.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import type { ContextHomeView } from "../props/context.ts"
import type { Reader } from "../props/reader.ts"
import { targets } from "../targets.ts"

const leads = { knowledge: "knowledgeLead", notes: "notesLead", personal: "personalLead" } as const

/** Where everything in Context begins. */
export function ContextHomePage({ page }: { page: ContextHomeView }) {
  const { reader, formToken, links } = page
  const words = contextWords(reader.locale)
  return (
    <ContextFrame page={page}>
      <h1>{words.context}</h1>
      <p class="lead">{words.lead}</p>
      <section class="context-capture">
        <h2>{words.capture}</h2>
        <Capture reader={reader} formToken={formToken} />
        <p class="file-acts">
          <a class="button small" href={links.inbox}>
            {words.inbox}
          </a>
          <a class="button small" href={links.focus}>
            {words.focus}
          </a>
          <a class="button small" href={links.topics}>
            {words.topics}
          </a>
          <ProposalsLink count={page.proposals} url={links.proposals} reader={reader} />
        </p>
      </section>
      <KeptTexts texts={page.held} heading={words.held} reader={reader} />
      <KeptTexts texts={page.drafts} heading={words.drafts} reader={reader} />
      {page.user.admin && (
        <p class="hint">
          <a href={outsideUrls.page()}>{outsideWords(reader.locale).title}</a>
        </p>
      )}
      <div class="columns context-cards" data-still>
        {page.cards.map((card) => (
          <Card card={card} page={page} />
        ))}
      </div>
      <Code code={page.code} reader={reader} />
    </ContextFrame>
  )
}

interface ProposalsLinkProps {
  count: number
  url: string
  reader: Reader
}

/** Live: `<Replace target={targets.contextProposals}>`. */
export const ProposalsLink = ({ count, url, reader }: ProposalsLinkProps) => (
  <a id={targets.contextProposals} class="button small" href={url}>
    {contextWords(reader.locale).proposalsCount(count)}
  </a>
)

function Code({ code, reader }: Pick<ContextHomeView, "code" | "reader">) {
  const words = relationWords(reader.locale)
  if (code.length === 0) return null
  return (
    <section>
      <h2>{words.code}</h2>
      <p class="hint">{words.codeLead}</p>
      <p class="topics">
        {code.map(({ name, url }) => (
          <a class="tag" href={url}>
            {name}
          </a>
        ))}
      </p>
    </section>
  )
}

interface CardProps {
  card: ContextHomeView["cards"][number]
  page: Pick<ContextHomeView, "reader" | "formToken">
}

/** One context. A commit keeps its line when others come. Live: `<Replace target={targets.contextCard(name)}>`. */
export function Card({ card, page }: CardProps) {
  const words = contextWords(page.reader.locale)
  return (
    <section id={targets.contextCard(card.name)} class="card">
      <h2>
        <a href={card.url}>{words[card.name]}</a>
      </h2>
      <p class="hint">{words[leads[card.name]]}</p>
      <p class="card-facts">
        <span>{words.fileCount(card.files)}</span>
      </p>
      {card.outside !== undefined && (
        <OutsideState outside={card.outside} reader={page.reader} formToken={page.formToken} />
      )}
      <ul class="context-recent">
        {card.recent.map(({ id, subject, author, at }) => (
          <li id={`recent-${card.name}-${id.slice(0, 12)}`}>
            <span class="cut">{subject}</span>
            <span class="hint">
              {author} <Time at={at} reader={page.reader} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
