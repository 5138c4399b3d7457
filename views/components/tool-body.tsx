import { agentWords } from "../../src/lib/i18n/agent.ts"
import { Icon } from "../icons/icon.tsx"
import type { ToolBody } from "../props/conversation.ts"
import type { Reader } from "../props/reader.ts"
import { CodeBlock } from "./code-block.tsx"
import { Diff } from "./diff.tsx"

interface ToolBodyProps {
  body: ToolBody
  reader: Reader
  pending: boolean
}

/** The whole input and, once it is there, the result. */
export function ToolBodyView({ body, reader, pending }: ToolBodyProps) {
  const words = agentWords(reader.locale)
  switch (body.kind) {
    case "command":
      return <CommandBody body={body} reader={reader} pending={pending} />
    case "edit":
      return <Diff lines={body.lines} reader={reader} />
    case "write":
      return <CodeBlock text={body.content} label={body.path} reader={reader} />
    case "read":
      return <Result text={body.result} pending={pending} reader={reader} title={body.range} />
    case "search":
      return <Result text={body.result} pending={pending} reader={reader} />
    case "todos":
      return <Todos body={body} reader={reader} />
    case "agent":
      return (
        <>
          <CodeBlock text={body.prompt} label={words.input} reader={reader} />
          {body.result !== undefined && <div class="prose">{body.result}</div>}
        </>
      )
    case "other":
      return (
        <>
          <CodeBlock text={body.input} label={words.input} reader={reader} />
          <Result text={body.result} pending={pending} reader={reader} title={words.result} />
        </>
      )
  }
}

function CommandBody({
  body,
  reader,
  pending,
}: { body: ToolBody & { kind: "command" } } & Omit<ToolBodyProps, "body">) {
  const words = agentWords(reader.locale)
  const silent = body.output === undefined || String(body.output) === ""
  return (
    <div class="terminal">
      {body.description !== undefined && <p class="terminal-about">{body.description}</p>}
      <pre class="terminal-command" tabindex="0">
        <code>{body.command}</code>
      </pre>
      {!silent && (
        <pre class="terminal-output" tabindex="0" aria-label={words.output}>
          {body.output}
        </pre>
      )}
      {silent && !pending && <p class="terminal-about">{words.noOutput}</p>}
    </div>
  )
}

function Result({ text, title, pending, reader }: { text?: string; title?: string; pending: boolean; reader: Reader }) {
  const words = agentWords(reader.locale)
  if (text === undefined || text === "") return pending ? null : <p class="quiet-line">{words.noOutput}</p>
  return <CodeBlock text={text} label={title ?? words.result} reader={reader} />
}

function Todos({ body, reader }: { body: ToolBody & { kind: "todos" }; reader: Reader }) {
  const words = agentWords(reader.locale)
  const names = { done: words.todoDone, "in-progress": words.todoNow, pending: words.todoOpen }
  return (
    <ul class="todos">
      {body.todos.map((todo) => (
        <li class={`todo-${todo.state}`}>
          {todo.state === "done" ? <Icon name="check" /> : <span class="todo-box" aria-hidden="true" />}
          <span class="unseen">{names[todo.state]}</span>
          <span>{todo.text}</span>
        </li>
      ))}
    </ul>
  )
}
