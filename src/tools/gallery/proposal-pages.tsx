import { ProposalPage, ProposalsPage } from "../../../views/pages/context-proposals.tsx"
import type { ProposalRowView, ProposalView } from "../../../views/props/context.ts"
import { diffLines } from "../../lib/diff.ts"
import { diffBlocks } from "../../lib/document-diff.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { renderDocument } from "../../lib/markdown-document.ts"
import { around, commit, places, source } from "./context-pages.tsx"
import { minutes, type Setting } from "./samples.ts"

const waiting = (over: Partial<ProposalRowView> = {}): ProposalRowView => ({
  ...{ shelf: "knowledge", subject: "Round per line", url: "/context/knowledge/proposal?branch=ui/bob/1" },
  ...{ from: { words: "bob" }, at: minutes(20), commits: 2, files: 1, added: 3, removed: 1 },
  ...{ state: "clean", steers: false, sentBack: false, ...over },
})

const proposal = (setting: Setting, over: Partial<ProposalView> = {}) => (
  <ProposalPage
    page={{
      ...around(setting),
      proposal: { ...waiting({ sentBack: true }), branch: "ui/bob/1", tip: "0", conflicts: [] },
      commits: [commit],
      files: [
        {
          ...{ path: "billing/Tax rates.md", kind: "changed", editUrl: "/context/knowledge?view=edit" },
          blocks: diffBlocks(source, source.replace("19 %", "20 %")).map(({ kind, text }) => ({
            ...{ kind, html: renderDocument(text, { ...places, anchors: false }).html },
          })),
          lines: diffLines(source, source.replace("19 %", "20 %")).lines,
        },
        { path: "billing/logo.png", kind: "new" },
      ],
      findings: [{ path: "billing/Tax rates.md", line: 3, what: "aws" }],
      confirmation: "0",
      comments: [{ by: "alice", at: minutes(4), text: "Say where the rate comes from." }],
      mayDiscard: true,
      actions: {
        ...{
          outside: "/context/knowledge/proposal/outside",
          merge: "/context/knowledge/proposal/merge",
          discard: "/context/knowledge/proposal/discard",
        },
        comment: "/context/knowledge/proposal/comments",
        mergeLoop: "/loops/new?from=merge",
      },
      ...over,
    }}
  />
)

/** Pages about what waits for a review. */
export const proposalGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  "context-proposals": (setting) => (
    <ProposalsPage
      page={{
        ...around(setting),
        proposals: [waiting(), waiting({ state: "conflict", steers: true })],
        undo: undefined,
      }}
    />
  ),
  "context-proposal": (setting) => proposal(setting),
}
