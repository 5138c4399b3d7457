import { raw, type SafeHtml } from "./jsx/safe-html.ts"
import { firstCut, holdsBack, openFence, type Fence } from "./markdown-cut.ts"
import { renderMarkdown } from "./markdown.ts"

/** What one piece of streamed Markdown changes on a page. */
export type MarkdownOperation =
  /** A finished block: goes to the end of what is finished, and is never touched again. */
  | { kind: "block"; html: SafeHtml }
  /** The block that still grows, whole. */
  | { kind: "tail"; html: SafeHtml }
  /** More text at the growing end of the tail, where the stream put its `growId`. */
  | { kind: "tail-text"; text: string }

export interface MarkdownStream {
  /** Finished blocks first, then at most one change of the tail: all of them may go in one message. */
  feed(delta: string): MarkdownOperation[]
  /** Everything so far, for somebody who comes later. */
  snapshot(): { html: SafeHtml; tail: SafeHtml }
  /** The whole text so far. When it is complete, `renderMarkdown(text)` takes the place of all that was streamed. */
  text(): string
}

/**
 * Markdown that comes in pieces, in a way that costs little: a finished block is sent once, plain words are appended,
 * and only a piece that may change the structure sends the growing block again. What depends on later text (a link
 * defined at the end) is put right when the whole is rendered at the end.
 */
export function createMarkdownStream(growId: string): MarkdownStream {
  let finished = ""
  let done = ""
  /** Text after the last finished block. */
  let open = ""
  let fence: Fence | undefined
  /** How much of `open` the tail on the page shows. */
  let shown = 0
  /** Spaces at the end are not rendered: they go before the next words. */
  let owed = ""
  let mayAppend = false

  function tail(): SafeHtml {
    const code = fence && open.slice(fence.start, holdsBack(open, fence))
    const html = code === undefined ? growing(renderMarkdown(open), growId) : openCode(code, growId)
    owed = code === undefined ? (/[ \t]+$/.exec(open)?.[0] ?? "") : ""
    mayAppend = String(html).includes(`id="${Bun.escapeHTML(growId)}"`)
    return html
  }

  function finish(end: number): MarkdownOperation[] {
    const block = open.slice(0, end)
    done += block
    open = open.slice(end)
    fence = undefined
    shown = 0
    mayAppend = false
    if (block.trim() === "") return []
    const html = renderMarkdown(block)
    finished += html
    return [{ kind: "block", html }]
  }

  function grow(before: string): MarkdownOperation {
    const end = fence === undefined ? open.length : holdsBack(open, fence)
    const text = owed + open.slice(shown, end)
    const appends = mayAppend && (fence === undefined ? isPlain(before, text) : shown >= fence.start)
    shown = end
    if (!appends) return { kind: "tail", html: tail() }
    owed = ""
    return { kind: "tail-text", text }
  }

  return {
    feed(delta) {
      const operations: MarkdownOperation[] = []
      const before = open
      open += delta.replaceAll("\0", "�")
      for (let cut = firstCut(open, fence); cut !== undefined; cut = firstCut(open, fence))
        operations.push(...finish(cut))
      fence ??= openFence(open)
      const fresh = operations.length > 0
      if (shown < open.length || fresh) {
        const last = grow(fresh ? "" : before)
        if (last.kind !== "tail-text" || last.text !== "") operations.push(last)
      }
      return operations
    },
    snapshot: () => {
      shown = fence === undefined ? open.length : holdsBack(open, fence)
      return { html: raw(finished), tail: tail() }
    },
    text: () => done + open,
  }
}

/** The end of a block's last line, where words are added without rendering it again. */
const blockEnd = /((?:<\/(?:p|li|ul|ol|blockquote|h[1-6])>\s*)+)$/

function growing(html: SafeHtml, growId: string): SafeHtml {
  return raw(String(html).replace(blockEnd, (end) => `<span id="${Bun.escapeHTML(growId)}"></span>${end}`))
}

function openCode(code: string, growId: string): SafeHtml {
  return raw(
    `<figure class="code"><figcaption></figcaption><pre tabindex="0"><code id="${Bun.escapeHTML(growId)}">` +
      `${Bun.escapeHTML(code)}</code></pre></figure>`,
  )
}

/** Words in the middle of a line that has begun as text: nothing in them can change what the line is. */
function isPlain(before: string, text: string): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1)
  return (
    /\S\s/.test(line) && /^[\p{L}\p{N} .,;?]+$/u.test(text) && !/(\*|_|`|\[|<|\||~|\$|&|:|\/|@|www)[^\s]*$/.test(line)
  )
}
