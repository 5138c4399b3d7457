import { proposalWords } from "../../src/lib/i18n/proposals.ts"
import { Icon } from "../icons/icon.tsx"
import type { ProposalView } from "../props/context.ts"
import { PostForm } from "./form.tsx"
import { FoldLabel } from "./small.tsx"

/** What becomes of a proposal, and where that is decided. */
export function ProposalDecision({ page }: { page: ProposalView }) {
  const { reader, formToken, proposal, findings, actions } = page
  const words = proposalWords(reader.locale)
  const seen = (
    <>
      <input type="hidden" name="branch" value={proposal.branch} />
      <input type="hidden" name="seen" value={proposal.tip} />
    </>
  )
  return (
    <div class="stack">
      <Outside page={page} />
      {page.refusal !== undefined && <p class="hint">{page.refusal}</p>}
      {page.refusal === undefined && proposal.state !== "conflict" && (
        <PostForm action={actions.merge} formToken={formToken} class="stack">
          {seen}
          {findings.length > 0 && <Findings findings={findings} confirmation={page.confirmation} reader={reader} />}
          <p class="file-acts">
            <button type="submit" class="button primary">
              <Icon name="check" />
              {words.merge}
            </button>
          </p>
        </PostForm>
      )}
      {page.mayDiscard && (
        <details class="fold file-fold">
          <FoldLabel>{words.discard}</FoldLabel>
          <PostForm action={actions.discard} formToken={formToken} class="fold-body stack">
            {seen}
            <p>{words.discardLead}</p>
            <p class="file-acts">
              <button type="submit" class="button danger">
                {words.discardYes}
              </button>
            </p>
          </PostForm>
        </details>
      )}
    </div>
  )
}

/** Where it is reviewed, if not here. */
function Outside({ page: { review, reader, formToken, proposal, actions, ...page } }: { page: ProposalView }) {
  const words = proposalWords(reader.locale)
  if (review === undefined) return null
  const { state, sentence, url, open } = review
  return (
    <div class={["files-notice", state !== "there" && state !== "not-yet" && "error"]} data-outside-review={state}>
      <p>{sentence}</p>
      {url !== undefined && (
        <p class="file-acts">
          <a class="button primary" href={url} rel="noreferrer">
            {open}
          </a>
        </p>
      )}
      {(state === "closed" || state === "held") && page.mayDiscard && (
        <PostForm action={actions.outside} formToken={formToken} class="stack">
          <input type="hidden" name="branch" value={proposal.branch} />
          <input type="hidden" name="seen" value={proposal.tip} />
          {page.findings.length > 0 && (
            <Findings findings={page.findings} confirmation={page.confirmation} reader={reader} />
          )}
          <p class="file-acts">
            <button type="submit" class="button">
              {state === "closed" ? words.proposeOutside : words.sendOutside}
            </button>
          </p>
        </PostForm>
      )}
    </div>
  )
}

/** Nothing that looks like a secret is published without a yes to these very places. */
function Findings({ findings, confirmation, reader }: Pick<ProposalView, "findings" | "confirmation" | "reader">) {
  const words = proposalWords(reader.locale)
  return (
    <div class="files-notice error" role="alert">
      <p>{words.secretsLead}</p>
      <ul class="paths">
        {findings.map(({ path, line, what }) => (
          <li>
            {path}:{line} {words.finding(what)}
          </li>
        ))}
      </ul>
      <label class="check">
        <input type="checkbox" name="confirmed" value={confirmation} />
        {words.secretsConfirm}
      </label>
    </div>
  )
}
