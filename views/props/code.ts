import type { Run } from "../../src/lib/code-runs.ts"
import type { ContextBodyView, ContextFolderView, ContextFrameView, TabView } from "./context.ts"

/** A place in a repository of code. */
export interface CodePageView extends ContextFrameView {
  heading: string
  repository: string
  /** Absent where the server has nothing of it. */
  commit?: string | undefined
  /** When an older version is shown: how it is now. */
  newestUrl?: string | undefined
  tabs?: TabView[] | undefined
  body: CodeBodyView
}

export type CodeBodyView =
  | ({ kind: "folder" } & Pick<ContextFolderView, "entries" | "moreUrl">)
  | ({ kind: "text"; downloadUrl: string } & CodeTextView)
  | { kind: "binary" | "long"; downloadUrl: string }
  | { kind: "image"; name: string; url: string; downloadUrl: string }
  | Extract<ContextBodyView, { kind: "history" | "change" }>
  | { kind: "link"; target: string }
  | { kind: "module" | "nothing" | "not-here" }

export interface CodeTextView {
  name: string
  lines: { number: number; runs: readonly Run[] }[]
  /** The pages of lines before and after this one. */
  earlierUrl?: string | undefined
  laterUrl?: string | undefined
}

export interface CodeView {
  /** Repositories of code that can be searched. */
  places: { name: string; url: string }[]
  /** What one of them has. */
  found?: {
    name: string
    state: "all" | "more" | "too-much" | "not-here"
    lines: { path: string; url: string; number: number; text: string }[]
  }
}
