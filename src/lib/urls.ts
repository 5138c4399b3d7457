import { fill, query } from "./address.ts"
import type { FilePlace } from "./file-place.ts"
import { type LoopOrigin, newLoopFrom } from "./loop-origin.ts"

/** Which commits are looked at, of which checkout. */
interface HistoryPlace {
  checkout?: string | undefined
  skip?: number | undefined
  text?: string
  author?: string
  path?: string
  /** One file, and which lines of it. */
  file?: string
  from?: string | undefined
  to?: string | undefined
}

/** Every address of the program. Routes mount `paths`, pages link to what `urls` makes. */
export const paths = {
  home: "/",
  asset: "/assets/:file",
  icon: "/favicon.ico",
  diagrams: "/diagrams",
  alive: "/livez",
  ready: "/readyz",
  metrics: "/metrics",

  signIn: "/sign-in",
  signOut: "/sign-out",
  setUp: "/set-up",
  setUpProvider: "/set-up/provider",
  language: "/preferences/language",
  theme: "/preferences/theme",

  loops: "/loops",
  loopsEvents: "/loops/events",
  newLoop: "/loops/new",
  loop: "/loops/:id",
  loopEvents: "/loops/:id/events",
  loopMessages: "/loops/:id/messages",
  loopStop: "/loops/:id/stop",
  loopContinue: "/loops/:id/continue",
  loopShellStop: "/loops/:id/shell/:run/stop",
  loopMode: "/loops/:id/mode",
  loopChoice: "/loops/:id/choice",
  loopAsk: "/loops/:id/asks/:ask",
  loopQueued: "/loops/:id/queue/:seq",
  loopQueuedRemove: "/loops/:id/queue/:seq/remove",
  loopQueuedNow: "/loops/:id/queue/:seq/now",
  loopQueuedMove: "/loops/:id/queue/:seq/move",
  loopBlob: "/loops/:id/blobs/:name",
  loopTitle: "/loops/:id/title",
  loopArchive: "/loops/:id/archive",
  loopVisibility: "/loops/:id/visibility",
  loopRestore: "/loops/:id/restore",
  loopDelete: "/loops/:id/delete",
  loopUndelete: "/loops/:id/undelete",
  loopErase: "/loops/:id/erase",
  loopPrepare: "/loops/:id/prepare",
  loopSeen: "/loops/:id/seen",
  loopSandboxStop: "/loops/:id/sandbox/stop",
  loopSandbox: "/loops/:id/sandbox",
  loopSandboxInside: "/loops/:id/sandbox/inside",
  loopSandboxRestart: "/loops/:id/sandbox/restart",
  loopToolsAgain: "/loops/:id/sandbox/tools",
  loopLimits: "/loops/:id/sandbox/limits",
  loopHosts: "/loops/:id/sandbox/hosts",
  loopHostForget: "/loops/:id/sandbox/hosts/forget",
  loopFiles: "/loops/:id/files",
  loopChanges: "/loops/:id/changes",
  loopChangesEvents: "/loops/:id/changes/events",
  loopChangesImage: "/loops/:id/changes/image",
  loopStage: "/loops/:id/changes/stage",
  loopUnstage: "/loops/:id/changes/unstage",
  loopDiscard: "/loops/:id/changes/discard",
  loopUndo: "/loops/:id/changes/undo",
  loopUnderWay: "/loops/:id/changes/under-way",
  loopTurnBack: "/loops/:id/changes/turn/back",
  loopTurnLook: "/loops/:id/changes/turn/look",
  loopCommit: "/loops/:id/changes/commit",
  loopRepository: "/loops/:id/changes/repository",
  loopComments: "/loops/:id/changes/comments",
  loopCommentRemove: "/loops/:id/changes/comments/:comment/remove",
  loopReview: "/loops/:id/changes/review",
  loopFilesEvents: "/loops/:id/files/events",
  loopFilesFind: "/loops/:id/files/find",
  loopFileImage: "/loops/:id/files/image",
  loopFileDownload: "/loops/:id/files/download",
  loopFileSave: "/loops/:id/files/save",
  loopFileNew: "/loops/:id/files/new",
  loopFileMove: "/loops/:id/files/move",
  loopFileDelete: "/loops/:id/files/delete",
  loopFileUpload: "/loops/:id/files/upload",
  loopHistory: "/loops/:id/changes/history",
  loopBranches: "/loops/:id/changes/branches",
  loopBranch: "/loops/:id/changes/branch",
  loopRemote: "/loops/:id/changes/remote",
  loopTerminal: "/loops/:id/terminal",
  loopCommand: "/loops/:id/terminal/command",
  terminals: "/loops/:id/terminals",
  terminalName: "/loops/:id/terminals/:terminal/name",
  loopTerminalEvents: "/loops/:id/terminal/events",
  terminalShare: "/loops/:id/terminals/:terminal/share",
  terminalClose: "/loops/:id/terminals/:terminal/close",
  terminalAgain: "/loops/:id/terminals/:terminal/again",
  terminalSocket: "/loops/:id/terminals/:terminal/socket",
  loopPreview: "/loops/:id/preview",
  loopPreviewStart: "/loops/:id/preview/start",
  previews: "/loops/:id/previews",
  preview: "/loops/:id/previews/:share",
  previewLink: "/loops/:id/previews/:share/link",
  previewEnd: "/loops/:id/previews/:share/end",
  previewEntrance: "/previews/:label",

  shares: "/settings/shares",
  sharesLinks: "/settings/shares/links",
  shareEnd: "/settings/shares/:share/end",
  system: "/settings/system",
  systemEvents: "/settings/system/events",
  systemCheck: "/settings/system/check",
  imageLog: "/sandbox/image.log",
  network: "/settings/network",
  repositories: "/settings/repositories",
  repositoryProtection: "/settings/repositories/:name/protection",
  repositoryRemove: "/settings/repositories/:name/remove",

  settings: "/settings",
  providers: "/settings/providers",
  newProvider: "/settings/providers/new",
  provider: "/settings/providers/:source/:name",
  providerTest: "/settings/providers/:source/:name/test",
  providerDefault: "/settings/providers/:source/:name/default",
  providerDelete: "/settings/providers/:source/:name/delete",
} as const

export type LoopFilter = "mine" | "driving" | "all" | "archived"
export type LoopGrouping = "time" | "repo" | "topic"

/** Which loops a list shows, and how they are grouped; what is left out is the default. */
export interface LoopsQuery {
  show?: LoopFilter
  q?: string
  repo?: string
  topic?: string
  by?: LoopGrouping
  after?: string
}

export const urls = {
  home: paths.home,
  asset: (file: string) => fill(paths.asset, { file }),

  signIn: (next?: string) => query(paths.signIn, { next }),
  signOut: paths.signOut,
  signedOut: `${paths.signIn}?out=1`,
  setUp: paths.setUp,
  setUpProvider: paths.setUpProvider,
  language: paths.language,
  theme: paths.theme,

  loops: (filter: LoopsQuery = {}) => query(paths.loops, { ...filter }),
  /** `since` is the state of all loops that the page already shows. */
  loopsEvents: (filter: LoopsQuery & { since?: number } = {}) => query(paths.loopsEvents, { ...filter }),
  /** The list, with a line about the loop that was just deleted and the button that brings it back. */
  loopsAfterDelete: (id: string) => query(paths.loops, { deleted: id }),
  newLoop: paths.newLoop,
  /** The same with a first message to send as it is, for somebody who has no loop yet. */
  firstLoop: query(paths.newLoop, { first: 1 }),
  /** The same, prefilled from what the loop is to be made from. */
  newLoopFrom: (origin: LoopOrigin) => newLoopFrom(paths.newLoop, origin),
  loop: (id: string) => fill(paths.loop, { id }),
  /** With a message about this operation of git, ready to be sent. */
  loopAsking: (id: string, ask: string) => query(fill(paths.loop, { id }), { ask }),
  /** `after` is the transcript number up to which the page already shows everything. */
  loopEvents: (id: string, after?: number) => query(fill(paths.loopEvents, { id }), { after }),
  loopMessages: (id: string, before?: number) => query(fill(paths.loopMessages, { id }), { before }),
  loopStop: (id: string) => fill(paths.loopStop, { id }),
  loopContinue: (id: string) => fill(paths.loopContinue, { id }),
  loopShellStop: (id: string, run: string) => fill(paths.loopShellStop, { id, run }),
  loopMode: (id: string) => fill(paths.loopMode, { id }),
  loopChoice: (id: string) => fill(paths.loopChoice, { id }),
  loopAsk: (id: string, ask: string) => fill(paths.loopAsk, { id, ask }),
  loopQueued: (id: string, seq: number) => fill(paths.loopQueued, { id, seq }),
  loopQueuedRemove: (id: string, seq: number) => fill(paths.loopQueuedRemove, { id, seq }),
  loopQueuedNow: (id: string, seq: number) => fill(paths.loopQueuedNow, { id, seq }),
  loopQueuedMove: (id: string, seq: number) => fill(paths.loopQueuedMove, { id, seq }),
  loopBlob: (id: string, name: string) => fill(paths.loopBlob, { id, name }),
  loopTitle: (id: string) => fill(paths.loopTitle, { id }),
  loopVisibility: (id: string) => fill(paths.loopVisibility, { id }),
  loopArchive: (id: string) => fill(paths.loopArchive, { id }),
  loopRestore: (id: string) => fill(paths.loopRestore, { id }),
  loopDelete: (id: string) => fill(paths.loopDelete, { id }),
  loopUndelete: (id: string) => fill(paths.loopUndelete, { id }),
  loopErase: (id: string) => fill(paths.loopErase, { id }),
  loopPrepare: (id: string) => fill(paths.loopPrepare, { id }),
  loopSeen: (id: string) => fill(paths.loopSeen, { id }),
  loopSandboxStop: (id: string) => fill(paths.loopSandboxStop, { id }),
  /** What the loop can see; `look` shows what is inside right now, for browsers without script. */
  loopSandbox: (id: string, about: { look?: 1; done?: "restarted" | "limits" | "strictness" } = {}) =>
    query(fill(paths.loopSandbox, { id }), { ...about }),
  loopSandboxInside: (id: string) => fill(paths.loopSandboxInside, { id }),
  loopSandboxRestart: (id: string) => fill(paths.loopSandboxRestart, { id }),
  loopToolsAgain: (id: string) => fill(paths.loopToolsAgain, { id }),
  loopLimits: (id: string) => fill(paths.loopLimits, { id }),
  loopHosts: (id: string) => fill(paths.loopHosts, { id }),
  loopHostForget: (id: string) => fill(paths.loopHostForget, { id }),
  /** A folder or a file of the loop; `from` is how many entries of a folder come before the first one shown. */
  loopFiles: (id: string, at: FilePlace = {}) => query(fill(paths.loopFiles, { id }), { ...at }),
  /** `seen`: the mark of what the page shows. */
  loopFilesEvents: (id: string, at: FilePlace & { seen?: string } = {}) =>
    query(fill(paths.loopFilesEvents, { id }), { ...at }),
  loopFilesFind: (id: string, wanted: { q?: string; in?: "name" | "text"; checkout?: string | undefined } = {}) =>
    query(fill(paths.loopFilesFind, { id }), wanted),
  /** `seen` differs when the image does, so that a page that is brought up to date shows the new one. */
  loopFileImage: (id: string, path: string, at: { checkout?: string | undefined; seen?: string } = {}) =>
    query(fill(paths.loopFileImage, { id }), { path, ...at }),
  loopFileDownload: (id: string, path: string, checkout?: string) =>
    query(fill(paths.loopFileDownload, { id }), { path, checkout }),
  loopFileSave: (id: string, checkout?: string) => query(fill(paths.loopFileSave, { id }), { checkout }),
  loopFileNew: (id: string, checkout?: string) => query(fill(paths.loopFileNew, { id }), { checkout }),
  loopFileMove: (id: string, checkout?: string) => query(fill(paths.loopFileMove, { id }), { checkout }),
  loopFileDelete: (id: string, path?: string, checkout?: string) =>
    query(fill(paths.loopFileDelete, { id }), { path, checkout }),
  loopFileUpload: (id: string, folder: string, checkout?: string) =>
    query(fill(paths.loopFileUpload, { id }), { path: folder, checkout }),
  /** `tab` is the terminal that is shown; `closed` says that one was just closed, so that none is opened by itself. */
  loopTerminal: (id: string, about: { tab?: string; closed?: 1 } = {}) =>
    query(fill(paths.loopTerminal, { id }), { ...about }),
  loopCommand: (id: string) => fill(paths.loopCommand, { id }),
  terminals: (id: string) => fill(paths.terminals, { id }),
  terminalName: (id: string, terminal: string) => fill(paths.terminalName, { id, terminal }),
  loopTerminalEvents: (id: string, tab?: string) => query(fill(paths.loopTerminalEvents, { id }), { tab }),
  terminalShare: (id: string, terminal: string) => fill(paths.terminalShare, { id, terminal }),
  terminalClose: (id: string, terminal: string) => fill(paths.terminalClose, { id, terminal }),
  terminalAgain: (id: string, terminal: string) => fill(paths.terminalAgain, { id, terminal }),
  terminalSocket: (id: string, terminal: string) => fill(paths.terminalSocket, { id, terminal }),

  /** What changed in the loop; the page's own fields say what is compared with what. */
  loopChanges: (id: string, sight: Record<string, string | number | undefined> = {}) =>
    query(fill(paths.loopChanges, { id }), sight),
  loopChangesEvents: (id: string, sight: Record<string, string | number | undefined> = {}) =>
    query(fill(paths.loopChangesEvents, { id }), sight),
  /** An image that git has: by its object, and in which repository. */
  loopChangesImage: (id: string, at: { checkout?: string | undefined; turn?: string | undefined; blob: string }) =>
    query(fill(paths.loopChangesImage, { id }), at),
  loopStage: (id: string) => fill(paths.loopStage, { id }),
  loopUnstage: (id: string) => fill(paths.loopUnstage, { id }),
  loopDiscard: (id: string) => fill(paths.loopDiscard, { id }),
  loopUndo: (id: string) => fill(paths.loopUndo, { id }),
  loopUnderWay: (id: string) => fill(paths.loopUnderWay, { id }),
  loopTurnBack: (id: string) => fill(paths.loopTurnBack, { id }),
  loopTurnLook: (id: string) => fill(paths.loopTurnLook, { id }),
  loopCommit: (id: string) => fill(paths.loopCommit, { id }),
  loopRepository: (id: string) => fill(paths.loopRepository, { id }),
  loopComments: (id: string) => fill(paths.loopComments, { id }),
  loopCommentRemove: (id: string, comment: string) => fill(paths.loopCommentRemove, { id, comment }),
  loopReview: (id: string) => fill(paths.loopReview, { id }),
  loopHistory: (id: string, at: HistoryPlace = {}) => query(fill(paths.loopHistory, { id }), { ...at }),
  loopBranches: (id: string, at: { checkout?: string | undefined } = {}) => query(fill(paths.loopBranches, { id }), at),
  loopBranch: (id: string) => fill(paths.loopBranch, { id }),
  loopRemote: (id: string) => fill(paths.loopRemote, { id }),

  /** What a loop shows to browsers; `share` is the one that is looked at, `path` what of it. */
  loopPreview: (id: string, at: { share?: string; path?: string; width?: string } = {}) =>
    query(fill(paths.loopPreview, { id }), { ...at }),
  loopPreviewStart: (id: string) => fill(paths.loopPreviewStart, { id }),
  previews: (id: string) => fill(paths.previews, { id }),
  preview: (id: string, share: string) => fill(paths.preview, { id, share }),
  previewLink: (id: string, share: string) => fill(paths.previewLink, { id, share }),
  previewEnd: (id: string, share: string) => fill(paths.previewEnd, { id, share }),
  previewEntrance: (label: string) => fill(paths.previewEntrance, { label }),
  shares: paths.shares,
  sharesLinks: paths.sharesLinks,
  shareEnd: (share: string) => fill(paths.shareEnd, { share }),

  system: paths.system,
  systemEvents: paths.systemEvents,
  systemCheck: paths.systemCheck,
  imageLog: paths.imageLog,
  network: paths.network,
  networkSaved: `${paths.network}?saved=1`,
  repositories: paths.repositories,
  /** The list with a word about what just happened to the one of this name. */
  repositoriesSaid: (said: { added?: string; removed?: string; kept?: string; saved?: string }) =>
    query(paths.repositories, said),
  repositoryProtection: (name: string) => fill(paths.repositoryProtection, { name }),
  repositoryRemove: (name: string) => fill(paths.repositoryRemove, { name }),

  settings: paths.settings,
  providers: paths.providers,
  /** The list with a word about what just happened. */
  providersSaid: (said: { saved?: "on" | "off"; allowed?: string; deleted?: string }) => query(paths.providers, said),
  newProvider: (preset?: string) => query(paths.newProvider, { preset }),
  provider: (source: string, name: string) => fill(paths.provider, { source, name }),
  providerTest: (source: string, name: string) => fill(paths.providerTest, { source, name }),
  providerDefault: (source: string, name: string) => fill(paths.providerDefault, { source, name }),
  providerDelete: (source: string, name: string) => fill(paths.providerDelete, { source, name }),
} as const
