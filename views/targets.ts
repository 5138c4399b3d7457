/** DOM ids that live answers aim at. */
export const targets = {
  conversation: "conversation",
  earlier: "earlier",
  queue: "queue",
  /** Commands of people that run right now. */
  shells: "shells",
  composer: "composer",
  composerError: "composer-error",
  composerState: "composer-state",
  composerMode: "composer-mode",
  /** State mark and words in a loop's header. */
  loopStatus: "loop-status",
  loopTitle: "loop-title",
  loopFacts: "loop-facts",
  /** What the loop has used so far. */
  loopSpent: "loop-spent",
  /** How full the agent's memory is. */
  context: "context-meter",
  /** What the agent does right now, one line above the composer. */
  activity: "activity",
  /** Preparing or broken, in place of an empty conversation. */
  stage: "stage",
  /** The steps of preparing, inside the stage. */
  preparing: "preparing",
  /** In which state the loop's record is: another one means another page. */
  loopState: "loop-state",
  /** How the base image comes about. */
  imageRun: "image-run",
  /** How it is with a loop's tools. */
  tools: "tools",
  findings: "findings",
  verdict: "verdict",
  /** Loops in which a document's path was said. */
  mentions: "mentions",
  needsYou: "needs-you",
  toasts: "toasts",
  dialog: "dialog",
  /** The list itself, between its filters and the page's end. */
  loops: "loops",
  loopGroup: (group: string) => `group-${group}`,
  loopRow: (id: string) => `row-${id}`,
  recentLoop: (id: string) => `recent-${id}`,
  terminalTabs: "terminal-tabs",
  /** The folder that is shown, and what is said of the file that is shown. */
  folder: "folder",
  /** What is inside a sandbox right now. */
  inside: "inside",
  fileNews: "file-news",
  /** A page of changes: what may change while it is looked at. */
  changesNews: "changes-news",
  checkouts: "checkouts",
  changeList: "change-list",
  changeBranch: "change-branch",
  changeCommit: "change-commit",
  changeUndo: "change-undo",
  /** What happened to the document that is shown. */
  contextNews: "context-news",
  /** What is amiss between a context and its home outside. */
  contextOutside: "context-outside",
  /** On the first page of Context: one context, and how many changes wait for a review. */
  contextCard: (name: string) => `context-card-${name}`,
  contextProposals: "context-proposals",
  /** The line for the inbox, and what was found while a name was typed. */
  capture: "capture",
  switchHits: "switch-hits",
  diffFiles: "diff-files",
  diffSummary: "diff-summary",
  blocks: (item: string) => `${item}-blocks`,
  tail: (item: string) => `${item}-tail`,
  growing: (item: string) => `${item}-grow`,
} as const
