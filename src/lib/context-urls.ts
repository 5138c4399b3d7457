import { fill, query } from "./address.ts"

/** The three contexts that people read and write as pages, as their addresses name them. */
export const shelfNames = ["knowledge", "notes", "personal"] as const
export type ShelfName = (typeof shelfNames)[number]

export const parseShelfName = (value: unknown): ShelfName | undefined => shelfNames.find((name) => name === value)

export const contextPaths = {
  gitRefs: "/git/:name/info/refs",
  gitFetch: "/git/:name/git-upload-pack",
  gitPush: "/git/:name/git-receive-pack",
  codeRefs: "/git/code/:name/info/refs",
  codeFetch: "/git/code/:name/git-upload-pack",
  codePush: "/git/code/:name/git-receive-pack",
  context: "/context",
  contextEvents: "/context/events",
  contextSearch: "/context/search",
  contextSwitch: "/context/switch",
  contextTopics: "/context/topics",
  contextTopic: "/context/topics/:topic",
  contextInbox: "/context/inbox",
  contextDraft: "/context/draft",
  contextDraftDiscard: "/context/draft/discard",
  contextHeld: "/context/held/:held",
  contextHeldDiscard: "/context/held/:held/discard",
  contextCode: "/context/code/:name",
  contextCodeDownload: "/context/code/:name/download",
  contextCodePicture: "/context/code/:name/picture",
  contextProposals: "/context/proposals",
  contextProposal: "/context/:shelf/proposal",
  contextProposalMerge: "/context/:shelf/proposal/merge",
  contextProposalOutside: "/context/:shelf/proposal/outside",
  contextProposalDiscard: "/context/:shelf/proposal/discard",
  contextProposalRestore: "/context/:shelf/proposal/restore",
  contextProposalComment: "/context/:shelf/proposal/comments",
  contextProposalUpdate: "/context/:shelf/proposal/update",
  contextShelf: "/context/:shelf",
  contextPicture: "/context/:shelf/picture",
  contextDownload: "/context/:shelf/download",
  contextMentions: "/context/:shelf/mentions",
  contextSave: "/context/:shelf/save",
  contextNew: "/context/:shelf/new",
  contextMove: "/context/:shelf/move",
  contextDelete: "/context/:shelf/delete",
  contextUpload: "/context/:shelf/upload",
} as const

/** Something in one context. `path` is one of `pathText`. */
export interface ContextPlace {
  path?: string | undefined
  /** How it is shown, unless as a page. */
  view?: "source" | "history" | "blame" | "change" | "edit" | undefined
  /** Of an older commit, or of a proposal. */
  at?: string | undefined
  /** How many entries of a folder come before the first one shown. */
  from?: number | undefined
  /** The proposal that an edit goes on with. */
  proposal?: string | undefined
  /** What just happened, for a line above the page. */
  said?: "saved" | "joined" | undefined
  /** Who made the change that a save was joined with. */
  with?: string | undefined
}

/** A file or folder of a repository of code. */
export interface CodePlace extends Pick<ContextPlace, "path" | "at" | "from"> {
  view?: "history" | "change" | undefined
}

/** What just happened to a proposal, for a line above it. */
export type ProposalSaid = "proposed" | "outside" | "kept" | "full" | "resting"

export const contextUrls = {
  /** What people clone a hosted repository of code by, behind the server's own address. */
  codeClone: (name: string) => `/git/code/${name}.git`,
  context: (about: { noted?: 1 | undefined } = {}) => query(contextPaths.context, { ...about }),
  /**
   * `seen`: the version that the page shows, or the mark of the first page, which is of no context; `since`: the commit
   * that the page was made of.
   */
  events: (at: { shelf?: ShelfName; path?: string; seen?: string; since?: string; view?: "edit" } = {}) =>
    query(contextPaths.contextEvents, at),
  /** `talk`: where to go on in the conversations of loops; `code`: only in one repository of code. */
  search: (
    wanted: { q?: string; in?: ShelfName | undefined; from?: string | undefined; talk?: string; code?: string } = {},
  ) => query(contextPaths.contextSearch, wanted),
  /** `from`: how many lines, entries or commits come before the first one shown. */
  code: (name: string, { line, ...at }: CodePlace & { line?: number } = {}) =>
    query(fill(contextPaths.contextCode, { name }), { ...at }) + (line === undefined ? "" : `#L${line}`),
  codeDownload: (name: string, at: { path: string; at?: string | undefined }) =>
    query(fill(contextPaths.contextCodeDownload, { name }), at),
  codePicture: (name: string, at: { path: string; at?: string | undefined }) =>
    query(fill(contextPaths.contextCodePicture, { name }), at),
  switch: (q?: string) => query(contextPaths.contextSwitch, { q }),
  topics: contextPaths.contextTopics,
  topic: (topic: string) => fill(contextPaths.contextTopic, { topic }),
  inbox: contextPaths.contextInbox,
  draft: contextPaths.contextDraft,
  draftDiscard: contextPaths.contextDraftDiscard,
  /** `both`: both texts in one. */
  held: (held: string, about: { both?: 1 } = {}) => query(fill(contextPaths.contextHeld, { held }), { ...about }),
  heldDiscard: (held: string) => fill(contextPaths.contextHeldDiscard, { held }),
  /** `undo`: what was just discarded, with the commit at which it can be brought back. */
  proposals: (
    about: { said?: "merged" | "discarded" | "restored"; undo?: string; at?: string; shelf?: ShelfName } = {},
  ) => query(contextPaths.contextProposals, about),
  proposal: (shelf: ShelfName, branch: string, about: { said?: ProposalSaid } = {}) =>
    query(fill(contextPaths.contextProposal, { shelf }), { branch, ...about }),
  proposalMerge: (shelf: ShelfName) => fill(contextPaths.contextProposalMerge, { shelf }),
  proposalOutside: (shelf: ShelfName) => fill(contextPaths.contextProposalOutside, { shelf }),
  proposalDiscard: (shelf: ShelfName) => fill(contextPaths.contextProposalDiscard, { shelf }),
  proposalRestore: (shelf: ShelfName) => fill(contextPaths.contextProposalRestore, { shelf }),
  proposalComment: (shelf: ShelfName) => fill(contextPaths.contextProposalComment, { shelf }),
  proposalUpdate: (shelf: ShelfName) => fill(contextPaths.contextProposalUpdate, { shelf }),
  shelf: (shelf: ShelfName, at: ContextPlace = {}) => query(fill(contextPaths.contextShelf, { shelf }), { ...at }),
  /** Documents of one name, to choose from. */
  choose: (shelf: ShelfName, choose: string, from: string) =>
    query(fill(contextPaths.contextShelf, { shelf }), { choose, path: from }),
  picture: (shelf: ShelfName, at: { path: string; at?: string | undefined }) =>
    query(fill(contextPaths.contextPicture, { shelf }), at),
  download: (shelf: ShelfName, at: { path: string; at?: string | undefined }) =>
    query(fill(contextPaths.contextDownload, { shelf }), at),
  /** Loops in which the document's path was said. */
  mentions: (shelf: ShelfName, path: string) => query(fill(contextPaths.contextMentions, { shelf }), { path }),
  save: (shelf: ShelfName) => fill(contextPaths.contextSave, { shelf }),
  new: (shelf: ShelfName) => fill(contextPaths.contextNew, { shelf }),
  move: (shelf: ShelfName, path?: string) => query(fill(contextPaths.contextMove, { shelf }), { path }),
  delete: (shelf: ShelfName, path?: string) => query(fill(contextPaths.contextDelete, { shelf }), { path }),
  upload: (shelf: ShelfName, folder: string) => query(fill(contextPaths.contextUpload, { shelf }), { path: folder }),
} as const
