import { commonWords } from "../../src/lib/i18n/common.ts"
import { contextWords } from "../../src/lib/i18n/context.ts"
import { proposalWords } from "../../src/lib/i18n/proposals.ts"
import { relationWords } from "../../src/lib/i18n/relations.ts"
import { Diff } from "../components/diff.tsx"
import { PostForm } from "../components/form.tsx"
import { ProposalDecision } from "../components/proposal-decision.tsx"
import { FoldLabel, Time } from "../components/small.tsx"
import { ContextFrame } from "../layouts/context-frame.tsx"
import { contextUrls } from "../../src/lib/context-urls.ts"
import type { ProposalRowView, ProposalsView, ProposalView, ProposedFileView } from "../props/context.ts"
import type { Reader } from "../props/reader.ts"

/** What waits for somebody's review. */
export function ProposalsPage({ page }: { page: ProposalsView }) {
  const { reader, formToken, undo } = page
  const words = proposalWords(reader.locale)
  return (
    <ContextFrame page={page}>
      <h1>{words.proposals}</h1>
      <p class="lead">{words.lead}</p>
      {undo && (
        <PostForm action={undo.url} formToken={formToken} class="file-acts">
          <input type="hidden" name="branch" value={undo.branch} />
          <input type="hidden" name="seen" value={undo.seen} />
          <button type="submit" class="button">
            {words.undo}
          </button>
        </PostForm>
      )}
      {page.proposals.length === 0 && <p class="nothing">{words.none}</p>}
      <ul class="cards">
        {page.proposals.map((proposal) => (
          <li class="card">
            <div class="card-head">
              <h2>
                <a class="row-title long" href={proposal.url}>
                  {proposal.subject}
                </a>
              </h2>
              <Marks proposal={proposal} reader={reader} />
            </div>
            <Facts proposal={proposal} reader={reader} />
          </li>
        ))}
      </ul>
    </ContextFrame>
  )
}

const states = { clean: "clean", conflict: "conflict", contained: "contained" } as const

function Marks({ proposal, reader }: { proposal: ProposalRowView; reader: Reader }) {
  const words = proposalWords(reader.locale)
  return (
    <>
      <span class={["tag", proposal.state === "clean" && "accent"]}>{words[states[proposal.state]]}</span>
      {proposal.steers && <span class="tag">{words.steers}</span>}
      {proposal.sentBack && <span class="tag">{words.sentBack}</span>}
    </>
  )
}

function Facts({ proposal, reader }: { proposal: ProposalRowView; reader: Reader }) {
  const words = proposalWords(reader.locale)
  const { from } = proposal
  return (
    <p class="card-facts">
      <span class="tag">{contextWords(reader.locale)[proposal.shelf]}</span>
      <span>{from.url === undefined ? from.words : <a href={from.url}>{from.words}</a>}</span>
      <Time at={proposal.at} reader={reader} />
      <span>{words.commits(proposal.commits)}</span>
      <span>{words.files(proposal.files)}</span>
      <span class="number">{`+${proposal.added} −${proposal.removed}`}</span>
    </p>
  )
}

/** One proposal: what it changes as its reader would see it, what was said of it, and the decision. */
export function ProposalPage({ page }: { page: ProposalView }) {
  const { reader, proposal } = page
  const words = proposalWords(reader.locale)
  return (
    <ContextFrame page={page}>
      <h1 class="long">{proposal.subject}</h1>
      <p class="card-head">
        <Marks proposal={proposal} reader={reader} />
      </p>
      <Facts proposal={proposal} reader={reader} />
      {proposal.state === "conflict" && (
        <div class="files-notice error">
          <p>{words.conflictLead}</p>
          <ul class="paths">
            {proposal.conflicts.map((path) => (
              <li>{path}</li>
            ))}
          </ul>
          <p class="file-acts">
            <a class="button small" href={page.actions.mergeLoop}>
              {relationWords(reader.locale).mergeInLoop}
            </a>
          </p>
        </div>
      )}
      <AskLoop page={page} />
      <ProposalDecision page={page} />
      {page.files.map((file) => (
        <ProposedFile file={file} reader={reader} />
      ))}
      <h2>{words.commitsTitle}</h2>
      <ol class="context-commits">
        {page.commits.map(({ subject, author, at }) => (
          <li>
            <span class="long">{subject}</span>
            <p class="card-facts">
              <span>{author}</span>
              <Time at={at} reader={reader} />
            </p>
          </li>
        ))}
      </ol>
      <Comments page={page} />
    </ContextFrame>
  )
}

/** The loop of a proposal that conflicts can bring it up to date. */
function AskLoop({ page: { reader, formToken, proposal, actions } }: { page: ProposalView }) {
  const words = proposalWords(reader.locale)
  return actions.update === undefined ? null : (
    <PostForm action={actions.update} formToken={formToken} class="file-acts">
      <input type="hidden" name="branch" value={proposal.branch} />
      <input type="hidden" name="seen" value={proposal.tip} />
      <button type="submit" class="button small">
        {words.askLoop}
      </button>
    </PostForm>
  )
}

const kinds = { new: "fileNew", gone: "fileGone", changed: "fileChanged" } as const

function ProposedFile({ file, reader }: { file: ProposedFileView; reader: Reader }) {
  const words = proposalWords(reader.locale)
  return (
    <section class="proposed-file">
      <h3>
        {file.path} <span class="tag">{words[kinds[file.kind]]}</span>
      </h3>
      {file.editUrl !== undefined && (
        <p class="file-acts">
          <a class="button small" href={file.editUrl}>
            {words.goOn}
          </a>
        </p>
      )}
      {file.blocks?.map((block) => (
        <div class={["diff-block", "prose", block.kind]}>
          {block.kind !== "same" && <span class="unseen">{words[block.kind]}</span>}
          {block.html}
        </div>
      ))}
      {file.lines === undefined && <p class="hint">{words.noText}</p>}
      {file.lines !== undefined && file.blocks === undefined && <Diff lines={file.lines} reader={reader} />}
      {file.lines !== undefined && file.blocks !== undefined && (
        <details class="fold file-fold">
          <FoldLabel>{words.asText}</FoldLabel>
          <Diff lines={file.lines} reader={reader} />
        </details>
      )}
    </section>
  )
}

function Comments({ page }: { page: ProposalView }) {
  const { reader, formToken, proposal, actions } = page
  const words = proposalWords(reader.locale)
  return (
    <section class="comments">
      <h2>{words.comments}</h2>
      <ul>
        {page.comments.map(({ by, at, text }) => (
          <li>
            <p class="card-facts">
              <span>{by}</span>
              <Time at={at} reader={reader} />
            </p>
            <p class="long">{text}</p>
          </li>
        ))}
      </ul>
      <PostForm action={actions.comment} formToken={formToken} class="stack">
        <input type="hidden" name="branch" value={proposal.branch} />
        <input type="hidden" name="seen" value={proposal.tip} />
        <textarea
          name="text"
          rows="4"
          aria-label={words.comment}
          placeholder={words.comment}
          maxlength="4000"
          required
        />
        <p class="file-acts">
          <button type="submit" class="button">
            {words.sendBack}
          </button>
          <a class="button quiet" href={contextUrls.proposals()}>
            {commonWords(reader.locale).back}
          </a>
        </p>
      </PostForm>
    </section>
  )
}
