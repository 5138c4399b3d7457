import type { SafeHtml } from "./jsx/safe-html.ts"

/** What one piece of streamed Markdown changes on a page. */
export type MarkdownOperation =
  /** A finished block: goes to the end of what is finished, and is never touched again. */
  | { kind: "block"; html: SafeHtml }
  /** The block that still grows, whole. */
  | { kind: "tail"; html: SafeHtml }
  /** More of an open code fence: goes to the end of its code, as text. */
  | { kind: "tail-text"; text: string }
