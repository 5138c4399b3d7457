/** What loopat promises about its speed and size: the only place in code where these numbers stand. */

export interface Budget {
  path: string
  /** Name → the most it may be. The same on every machine. */
  counts?: Readonly<Record<string, number>>
  /** Name → the most that ours may be of the bare thing, measured in pairs. */
  ratios?: Readonly<Record<string, number>>
  /** Name → milliseconds at the 95th percentile. Reported, never a verdict. */
  walls?: Readonly<Record<string, number>>
}

/** A budget whose subject does not exist yet. */
export interface LaterBudget {
  path: string
  later: string
}

const KiB = 1024
const MiB = 1024 * KiB

export const budgets = {
  S1: {
    path: "start → first 200, empty home",
    counts: { "processes before listening": 0, "connections before listening": 0, "files opened before listening": 60 },
    ratios: { "an empty compiled server": 5 },
    walls: { "first 200": 150 },
  },
  S2: {
    path: "start with many loops",
    counts: { "files opened per loop before listening": 0 },
    ratios: { "a start with 10 loops": 2 },
    walls: { "first 200": 300 },
  },
  S3: {
    path: "kill -9 → serving",
    counts: { "acknowledged messages lost": 0 },
    ratios: { "a start after a stop": 1.5 },
    walls: { "first 200": 1_000 },
  },
  S4: {
    path: "resident memory, idle",
    counts: {
      "bytes, empty": 80 * MiB,
      "bytes per loop on disk": 4 * KiB,
      "bytes per loop opened and left": 256 * KiB,
      "bytes per running sandbox": 3 * MiB,
    },
  },
  S5: {
    path: "soak",
    counts: {
      "growth of memory after the first sixth, per cent": 5,
      "descriptors over the start": 0,
      "children over the start": 0,
      "streams over the start": 0,
      "containers over the start": 0,
      "sockets over the start": 0,
      zombies: 0,
      "folders of erased loops": 0,
      "half-made files": 0,
      "turns that did not end well": 0,
    },
  },
  P1: {
    path: "any page",
    counts: {
      processes: 0,
      "files opened": 12,
      requests: 8,
      "compressed bytes of HTML": 30 * KiB,
      "blocking scripts": 0,
    },
    ratios: { "a static answer of that size": 8 },
    walls: { "first byte": 30 },
  },
  P2: {
    path: "list of loops",
    counts: { rows: 60, "bytes of HTML": 120 * KiB, "records read beyond the rows": 20 },
    ratios: { "a list of 10": 1.5 },
    walls: { "whole page": 40 },
  },
  P3: {
    path: "htmx action",
    counts: { fsyncs: 3, "bytes of the fragment": 8 * KiB, processes: 0 },
    ratios: { "append + fsync + static answer": 3 },
    walls: { answer: 40 },
  },
  P4: {
    path: "assets",
    counts: {
      "compressed bytes of script and style": 60 * KiB,
      "compressed bytes of style": 12 * KiB,
      "bytes of a second visit": 10 * KiB,
      "assets that are not immutable": 0,
    },
  },
  P5: { path: "executable", counts: { bytes: 130_000_000 } },
  L1: {
    path: "message → accepted",
    counts: { fsyncs: 1, appends: 1, "bytes beyond the payload": 600, processes: 0, "whole files written": 0 },
    ratios: { "append + fsync of the same bytes": 3 },
    walls: { accepted: 15 },
  },
  L2: {
    path: "accepted → model request, warm loop",
    counts: { "podman calls": 0, "host processes": 0, "agent processes in 10 turns": 1 },
    ratios: { "the bare agent": 1.15 },
    walls: { "request leaves": 150 },
  },
  L3: {
    path: "model token → browser",
    counts: {
      "disk writes per delta": 0,
      "renders per delta and kind": 1,
      "frames per second": 25,
      "wire bytes over the allowed": 0,
    },
    ratios: { "the bare agent's stream": 2 },
    walls: { added: 10 },
  },
  L4: {
    path: "finished block",
    counts: { "appends per block": 1, "fsyncs per 50 ms": 1, "renders per block and kind": 1 },
  },
  L5: {
    path: "open a long transcript",
    counts: {
      "bytes read over the shortest": 64 * KiB,
      "DOM nodes": 3_000,
      "bytes of server memory": 8 * MiB,
    },
    ratios: { "a transcript of 100": 1.5 },
    walls: { "whole page": 150 },
  },
  L6: {
    path: "append to a long transcript",
    counts: { "system calls over the shortest": 0 },
    ratios: { "an append to an empty one": 1.2 },
  },
  L7: {
    path: "reconnect, 5,000 missed events",
    counts: { lost: 0, doubled: 0, "bytes read per piece": 256 * KiB },
    ratios: { "read + JSON.parse + Markdown of the same lines": 4 },
    walls: { "caught up": 200 },
  },
  L8: {
    path: "a page of history",
    counts: { "bytes read": 128 * KiB, "bytes sent": 60 * KiB },
    ratios: { "a page of a short transcript": 1.3 },
    walls: { answer: 60 },
  },
  L9: {
    path: "create a loop",
    counts: {
      "processes at acceptance": 0,
      "fsyncs at acceptance": 4,
      "bytes at acceptance": 8 * KiB,
      "git processes of preparing": 10,
      "objects copied": 0,
    },
    ratios: { "with a small repository": 1.1 },
    walls: { accepted: 30, "prepared, with that much history": 1_500 },
  },
  L9b: {
    path: "created → first model request, warm image",
    counts: { "podman calls": 3 },
    ratios: { "bare container start + agent": 1.3 },
    walls: { "request leaves": 2_500 },
  },
  L10: {
    path: "many viewers of one busy loop",
    counts: {
      "growth of renders per event": 1.1,
      "bytes per idle viewer": 64 * KiB,
      "bytes per stalled viewer": MiB,
      "events lost": 0,
    },
    ratios: { "a bare broadcaster, cpu": 1.6, "without a stalled viewer": 1.2 },
    walls: { "at 100": 50 },
  },
  L11: {
    path: "interrupt → agent stopped",
    counts: { "host processes": 0 },
    walls: { stopped: 500 },
  },
  L12: {
    path: "badges of 200 loops, live",
    counts: { "streams per page": 1, "fragments per changed loop and second": 2 },
  },
  X1: {
    path: "cold start → shell prompt",
    counts: { "podman calls": 3, "image builds": 0, "starts for many askers": 1 },
    ratios: { "bare podman run": 1.5 },
    walls: { prompt: 800 },
  },
  X2: {
    path: "warm operations over the link",
    counts: { "podman calls": 0, "host processes": 0 },
    ratios: { "podman exec true": 0.05 },
    walls: { operation: 10 },
  },
  X3: {
    path: "link throughput",
    counts: { "bytes of memory per stream": MiB },
    ratios: { "a bare pipe, time": 2, "others beside a slow stream": 1.3 },
  },
  X4: {
    path: "many idle sandboxes",
    counts: {
      "podman calls while idle": 0,
      "wake-ups per second and sandbox": 1,
      "bytes of guest and init": 15 * MiB,
      "descriptors per sandbox": 12,
      "cpu, per cent of a core": 2,
    },
    ratios: { "page time with one sandbox": 1.3 },
  },
  X5: {
    path: "20 loops start at once",
    counts: { "starts at a time": 4, "containers per loop": 1, "pages that failed meanwhile": 0 },
    ratios: { "20 bare runs, 4 at a time": 1.3 },
  },
  G1: {
    path: "gateway, per model call",
    counts: {
      "answers with other bytes": 0,
      "disk writes before the end": 0,
      "ledger appends": 1,
      "bytes of memory per stream": 3 * MiB,
    },
    ratios: { "first byte, direct": 1.3, "throughput, direct": 1.25 },
    walls: { added: 5 },
  },
  A1: {
    path: "login",
    counts: { "hashes per login": 1, "bytes of memory kept": 2 * 20 * MiB },
    ratios: { "page time without logins": 1.5 },
    walls: { "signed in": 250 },
  },
  D1: { path: "developer's checks", walls: { check: 15_000, "test:fast": 30_000 } },
  T1: {
    path: "key → echo",
    counts: { "frames per key": 1 },
    ratios: { "a bare socket and terminal in the container": 2 },
    walls: { echo: 20 },
  },
  T2: {
    path: "a flood of output in the terminal",
    counts: { "bytes of server memory": 4 * MiB, "frames per second": 60, "bytes after Ctrl-C": 256 * KiB },
    walls: { "Ctrl-C": 100 },
  },
  F1: {
    path: "large files and folders",
    counts: { "bytes of the first answer": 200 * KiB, "bytes held of a large file": 3 * MiB },
    ratios: { "a file over a bare pipe": 2, "a folder over a bare pipe": 2 },
    walls: { "first answer": 50 },
  },
  F2: {
    path: "changes panel",
    counts: { "files that the first answer leaves out": 0 },
    ratios: { "the same git commands alone": 1.5 },
    walls: { "300 files": 400 },
  },
  V1: {
    path: "preview request",
    counts: { "host processes": 0, "bodies whole in memory": 0 },
    ratios: { "direct to the port inside": 3 },
    walls: { added: 10 },
  },
  H1: { path: "chat post → other browser", later: "the team chat does not exist yet" },
  H2: { path: "open a long conversation", later: "the team chat does not exist yet" },
  K1: { path: "move a card", later: "boards do not exist yet" },
  Q1: {
    path: "search all transcripts",
    counts: { "bytes of memory": 16 * MiB },
    ratios: { "grep -F over the same files": 1.5 },
    walls: { "first hit": 300, "a word that is everywhere": 300 },
  },
  Q2: {
    path: "50,000 documents in one repository",
    counts: { processes: 0 },
    ratios: { "git grep over the same commit": 1.5 },
    walls: {
      ...{ "the first page of all": 10_000, "first page of a search": 1_000, "a page": 100, switcher: 300 },
      ...{ "a page of code": 100, "the history of a file of code": 300 },
    },
  },
  A2: { path: "API list of loops", later: "the API does not exist yet" },
  B1: { path: "backup while people work", later: "backups do not exist yet" },
} as const satisfies Readonly<Record<string, Budget | LaterBudget>>

export type BudgetId = keyof typeof budgets

export const budgetOf = (id: string): Budget | LaterBudget | undefined =>
  Object.hasOwn(budgets, id) ? budgets[id as BudgetId] : undefined

export const isLater = (budget: Budget | LaterBudget): budget is LaterBudget => "later" in budget
