import { workbenchWords } from "../../lib/i18n/workbench.ts"
import { codeRuns, markRuns } from "../../lib/code-runs.ts"
import { wordMarks } from "../../lib/word-marks.ts"
import type {
  BranchesPageView,
  ChangesPageView,
  DiffRowView,
  FileDiffView,
  FileHistoryPageView,
  HistoryPageView,
} from "../../../views/props/changes.ts"
import { frame, header, loopId, minutes, type Setting } from "./samples.ts"

const loop = loopId(3)
const at = `/loops/${loop}/changes`

function rows(): DiffRowView[] {
  const old = "  return legacyRate(row.country) // as before"
  const now = "  return taxRate(row.country, row.date) // as before"
  const marks = wordMarks(old, now)
  const colours = (text: string) => codeRuns([text], "ts")[0] ?? []
  return [
    { kind: "same", before: 3, after: 3, runs: colours("export function rate(row: Row): Rate {") },
    { kind: "removed", before: 4, runs: markRuns(colours(old), marks?.before ?? []) },
    { kind: "added", after: 4, runs: markRuns(colours(now), marks?.after ?? []) },
    { kind: "added", after: 5, runs: colours("  // 未知的国家：零") },
    { kind: "same", before: 5, after: 6, runs: colours("}"), openEnd: true },
  ]
}

const plain = { deeds: [], hunks: [], letter: "M", commentUrl: undefined } satisfies Partial<FileDiffView>

export const fileDiffs: FileDiffView[] = [
  {
    ...{ anchor: "f-1", path: "src/export/row.ts", token: "src/export/row.ts", from: "src/row.ts", letter: "R" },
    ...{ added: 2, removed: 1, deeds: ["stage", "discard"], commentUrl: `${at}?comment=src` },
    hunks: [{ name: "a1", title: "@@ -3,3 +3,4 @@ import { taxRate }", rows: rows(), line: 3, pickUrl: at }],
    commentForm: { first: 4, last: 5, side: "new", text: "Which date?", error: "Write a comment first." },
  },
  { ...plain, anchor: "f-2", path: "odd\\xff name.png", token: "/~x", note: "binary" },
  {
    ...{ ...plain, anchor: "f-3", path: "run.sh", token: "run.sh", note: "empty", added: 0, removed: 0 },
    modes: { before: "100644", after: "100755" },
  },
  {
    ...plain,
    anchor: "f-4",
    path: "data.json",
    token: "data.json",
    note: "large",
    showUrl: at,
    added: 48_210,
    removed: 2,
  },
  {
    ...{ ...plain, anchor: "f-5", path: "index.ts", token: "index.ts", deeds: ["unstage"] },
    hunks: [{ name: "a2", title: "@@ -1,3 +1,4 @@", rows: rows(), line: 1, picking: true }],
  },
]

export const foldedFiles = [{ path: "generated/api.ts", url: at, added: 900, removed: 12 }]

export function changesPage(setting: Setting, split: boolean): ChangesPageView {
  const row = (path: string, letter: string) => ({ path, token: path, letter, anchor: "f-1" })
  return {
    ...frame(setting),
    header: header(setting.locale),
    panel: "changes",
    body: {
      kind: "changes",
      changes: {
        ...{
          loop,
          sight: "",
          split,
          splitUrl: at,
          ignoresSpace: split,
          spaceUrl: at,
          allUrl: at,
          commitShown: "8e1f2a9c01",
          mayWrite: true,
          lock: { holders: [] },
        },
        checkouts: [
          { name: "workdir", url: at, count: 5, current: true },
          { name: "knowledge", url: at, count: 0, current: false },
          { name: "notes", url: at, count: 12, current: false },
          { name: "repos/a-repository-with-a-rather-long-name", url: at, current: false },
        ],
        compare: (["start", "work", "index"] as const).map((name) => ({ name, url: at, current: name === "work" })),
        branch: split ? {} : { name: "loop/tax-table-3f0c1d", ahead: 2, behind: 1 },
        groups: [
          { group: "conflicts", rows: [row("package.json", "U")] },
          { group: "staged", rows: [row("index.ts", "M")] },
          { group: "unstaged", rows: [row("src/export/row.ts", "M"), row("odd\\xff name.png", "M")] },
          {
            group: "untracked",
            rows: [row("a very long name of a file that somebody generated and never looked at again.ts", "A")],
          },
        ],
        commit: { message: "Move the export", error: "Nothing is staged.", everything: false },
        undo: [{ id: "1700000000000-00000000", at: minutes(30), files: 12, size: "4.2 kB" }],
        comments: [
          {
            ...{ id: "c1", path: "src/export/row.ts", first: 4, last: 5, side: "new" },
            ...{ code: "  return taxRate(row.country, row.date)", text: "Which date is this?" },
          },
        ],
        clientId: "c2",
        turn: { turn: "turn_0", at: Date.UTC(2026, 0, 15, 11), olderUrl: "#older", newerUrl: "#newer" },
        notice: { level: "error", sentence: "Nothing is staged.", detail: "error: hook declined" },
      },
    },
  }
}

export const noRepositoryPage = (setting: Setting): ChangesPageView => ({
  ...changesPage(setting, false),
  body: { kind: "no-repository", mayBegin: true, sight: "", checkouts: [], lastTurnUrl: "#turn" },
})

export const keptTextPage = (setting: Setting): ChangesPageView => ({
  ...changesPage(setting, false),
  body: {
    kind: "unplaced",
    unplaced: { sentence: workbenchWords(setting.locale).noPlace, retryUrl: "#" },
    kept: {
      action: "#",
      fields: [],
      name: "message",
      text: "Read the rate from the table\n\nIt moved there in spring.",
    },
  },
})

export const historyPage = (setting: Setting): HistoryPageView => ({
  ...frame(setting),
  ...{ header: header(setting.locale), panel: "changes" },
  body: {
    kind: "history",
    changesUrl: at,
    search: { text: "tax", author: "alice", path: "" },
    moreUrl: at,
    commits: [
      {
        ...{ id: "8e1f2a9c0144", url: at, subject: "Merge the export", author: "alice", at: minutes(4) },
        ...{ names: ["HEAD -> main"], lane: 0, width: 2 },
        lines: [
          { from: 0, to: 0, part: "out" },
          { from: 0, to: 1, part: "out" },
        ],
      },
      {
        ...{ id: "7d1f2a9c0144", url: at, subject: "Move the export", author: "bob", at: minutes(90), names: [] },
        ...{ lane: 1, width: 2 },
        lines: [
          { from: 0, to: 0, part: "through" },
          { from: 1, to: 1, part: "into" },
        ],
      },
    ],
  },
})

export const fileHistoryPage = (setting: Setting): FileHistoryPageView => ({
  ...frame(setting),
  ...{ header: header(setting.locale), panel: "changes" },
  body: {
    ...{ kind: "file-history", changesUrl: at, fileUrl: at, path: "src/export/row.ts", token: "src/export/row.ts" },
    ...{ from: "3", to: "4", cut: true },
    commits: [
      {
        ...{ id: "8e1f2a9c0144", url: at, subject: "Take the rate of the day", author: "alice", at: minutes(4) },
        ...{ names: ["HEAD -> main"], was: "src/row.ts" },
        rows: [
          [
            { kind: "removed", before: 3, runs: [{ text: "  return 0.19" }] },
            { kind: "added", after: 3, runs: [{ text: "  return taxRate(row.country, row.date)" }] },
            { kind: "same", before: 4, after: 4, runs: [{ text: "}" }] },
          ],
        ],
      },
    ],
  },
})

export const branchesPage = (setting: Setting): BranchesPageView => ({
  ...frame(setting),
  ...{ header: header(setting.locale), panel: "changes" },
  body: {
    kind: "branches",
    ...{ checkout: "notes", sight: "checkout=notes", changesUrl: at },
    mayWrite: true,
    branches: [
      { name: "loop/tax-table-3f0c1d", ahead: 2, behind: 1, current: true, own: true },
      { name: "main", ahead: 0, behind: 0, current: false },
    ],
    notice: { level: "done", sentence: "Pushed." },
  },
})
