import { agentWords } from "../../src/lib/i18n/agent.ts"
import { byteSize } from "../../src/lib/bytes.ts"
import { duration } from "../../src/lib/time.ts"
import { Icon, type IconName } from "../icons/icon.tsx"
import type { ToolBody, ToolItem } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { ToolBodyView } from "./tool-body.tsx"

/** One line that says what was done; unfolds to what went in and what came out. */
export function ToolBlock({ item, reader }: { item: ToolItem; reader: Reader }) {
  const words = agentWords(reader.locale)
  const stateWord = { pending: words.toolPending, ok: words.toolDone, failed: words.toolFailed }[item.state]
  return (
    <details
      id={item.id}
      class={["entry-item", "fold", "tool", `tool-${item.state}`, item.nested && "is-nested"]}
      data-seq={item.seq}
      data-author="agent"
      data-tool={item.tool}
      data-ok={{ pending: "pending", ok: "true", failed: "false" }[item.state]}
    >
      <summary>
        <Icon name={toolIcon[item.body.kind]} />
        <span class="fold-label cut">{toolHeadline(item, reader)}</span>
        <ToolCounts body={item.body} reader={reader} />
        <span class="tool-state">
          <ToolMark state={item.state} />
          <span class="unseen">{stateWord}</span>
          {item.ms !== undefined && <span class="number">{duration(item.ms, reader.locale)}</span>}
        </span>
      </summary>
      <div class="fold-body">
        <ToolBodyView body={item.body} reader={reader} pending={item.state === "pending"} />
        {item.error !== undefined && <pre class="tool-error">{item.error}</pre>}
        {item.whole !== undefined && <Whole whole={item.whole} reader={reader} />}
      </div>
    </details>
  )
}

/** Where the rest of a very long text is. */
function Whole({ whole, reader }: { whole: NonNullable<ToolItem["whole"]>; reader: Reader }) {
  const words = agentWords(reader.locale)
  const size = byteSize(whole.bytes, reader.locale)
  if (whole.url === undefined) return <p class="cut-lines">{words.onlyBeginning(size)}</p>
  return (
    <p class="cut-lines">
      {words.beginningOf(size)}{" "}
      <a href={whole.url} target="_blank">
        {words.showAll}
      </a>{" "}
      <a href={whole.url} download="">
        {words.download}
      </a>
    </p>
  )
}

function ToolMark({ state }: { state: ToolItem["state"] }) {
  if (state === "pending") return <span class="spinner" aria-hidden="true" />
  return <Icon name={state === "ok" ? "check" : "cross"} />
}

function ToolCounts({ body, reader }: { body: ToolBody; reader: Reader }) {
  const words = agentWords(reader.locale)
  switch (body.kind) {
    case "edit":
      return (
        <span class="counts number">
          <span class="added">+{body.added}</span> <span class="removed">−{body.removed}</span>
        </span>
      )
    case "write":
      return <span class="counts number">{words.lines(body.lines)}</span>
    case "search":
      return body.matches === undefined ? null : <span class="counts">{words.matches(body.matches)}</span>
    case "command":
      return body.background === true ? <span class="counts">{words.inBackground}</span> : null
    default:
      return null
  }
}

const toolIcon: Record<ToolBody["kind"], IconName> = {
  command: "terminal",
  edit: "edit",
  write: "file",
  read: "eye",
  search: "search",
  todos: "list",
  agent: "helper",
  other: "tool",
}

/** Whole sentences, in the present while it runs. Also the live headline of the loop. */
export function toolHeadline({ tool, body, state }: Pick<ToolItem, "tool" | "body" | "state">, reader: Reader): string {
  const words = agentWords(reader.locale)
  switch (body.kind) {
    case "search":
      return searchHeadline(body, state, reader)
    case "todos":
      return words.plannedTodos(body.todos.filter((todo) => todo.state === "done").length, body.todos.length)
    case "agent":
      return words.delegated(body.description)
    case "other":
      return body.headline ?? (state === "pending" ? words.usingTool(tool) : words.usedTool(tool))
    case "command":
      return (state === "pending" ? words.running : words.ranCommand)(firstLine(body.command))
    default:
      return fileHeadline(body, state, reader)
  }
}

type FileBody = Extract<ToolBody, { kind: "edit" | "write" | "read" }>

function fileHeadline({ kind, path }: FileBody, state: ToolItem["state"], reader: Reader): string {
  const words = agentWords(reader.locale)
  const verbs = {
    edit: [words.editing, words.edited],
    write: [words.writing, words.wrote],
    read: [words.reading, words.read],
  } as const
  const [present, past] = verbs[kind]
  return state === "pending" ? present(path) : past(path)
}

function searchHeadline(body: ToolBody & { kind: "search" }, state: ToolItem["state"], reader: Reader): string {
  const words = agentWords(reader.locale)
  if (state === "pending") return words.searching(body.pattern)
  return body.path === undefined ? words.searched(body.pattern) : words.searchedIn(body.pattern, body.path)
}

const firstLine = (text: string) => text.trim().split("\n", 1)[0] ?? ""
