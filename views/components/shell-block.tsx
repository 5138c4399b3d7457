import { shellWords } from "../../src/lib/i18n/shell.ts"
import type { SafeHtml } from "../../src/lib/jsx/safe-html.ts"
import { duration } from "../../src/lib/time.ts"
import { urls } from "../../src/lib/urls.ts"
import { Icon } from "../icons/icon.tsx"
import type { Reader } from "../props/reader.ts"
import type { RunningShellsView, RunningShellView, ShellItem } from "../props/shell.ts"
import { targets } from "../targets.ts"
import { PostForm } from "./form.tsx"
import { Avatar, Elapsed, Time } from "./small.tsx"

/** A command of a person that has ended. */
export function ShellBlock({ item, reader }: { item: ShellItem; reader: Reader }) {
  const words = shellWords(reader.locale)
  return (
    <article
      id={item.id}
      class={["entry-item", "shell", !item.ok && "is-failed"]}
      data-seq={item.seq}
      data-author="shell"
      data-client-id={item.clientId}
      data-typed={`!${item.command}`}
      data-ok={item.ok ? "true" : "false"}
    >
      <p class="said-by">
        <Avatar name={item.by} />
        <b>{item.by}</b>
        <Time at={item.at} reader={reader} />
      </p>
      <div class="terminal">
        <Command command={item.command} />
        <Output output={item.output} label={words.output(item.command)} />
        {item.leftOut !== undefined && <p class="terminal-about">{item.leftOut}</p>}
        <Output output={item.end} label={words.output(item.command)} />
        {item.output === undefined && item.failure === undefined && <p class="terminal-about">{words.noOutput}</p>}
      </div>
      {item.failure !== undefined && <p class="shell-failure">{item.failure}</p>}
      <p class="shell-foot">
        <Icon name={item.ok ? "check" : "cross"} />
        <span>{item.outcome}</span>
        {item.ms !== undefined && <span class="number">{duration(item.ms, reader.locale)}</span>}
        <Seen agentSees={item.agentSees} reader={reader} />
      </p>
    </article>
  )
}

/** What runs right now, below the conversation. Live: `<Replace target={targets.shells}>`. */
export function RunningShells({ shells, reader }: { shells: RunningShellsView; reader: Reader }) {
  return (
    <div id={targets.shells} class="log" role="group" aria-label={shellWords(reader.locale).running}>
      {shells.running.map((one) => (
        <RunningShell shells={shells} one={one} reader={reader} />
      ))}
    </div>
  )
}

interface RunningProps {
  shells: RunningShellsView
  one: RunningShellView
  reader: Reader
}

function RunningShell({ shells, one, reader }: RunningProps) {
  const words = shellWords(reader.locale)
  const states = { starting: words.starting, running: words.isRunning, stopping: words.stopping }
  return (
    <article
      id={`shell-${one.run}`}
      class="entry-item shell"
      data-author="shell"
      data-client-id={one.clientId}
      data-state={one.state}
    >
      <p class="said-by">
        <Avatar name={one.by} />
        <b>{one.by}</b>
        <Elapsed since={one.since} reader={reader} />
      </p>
      <div class="terminal">
        <Command command={one.command} />
        {one.onlyEnd && <p class="terminal-about">{words.onlyEnd}</p>}
        {String(one.output) !== "" && (
          <div class="shell-tail" tabindex="0" role="group" aria-label={words.output(one.command)}>
            <pre>{one.output}</pre>
          </div>
        )}
      </div>
      <div class="shell-foot">
        <span class="spinner" aria-hidden="true" />
        <span>{states[one.state]}</span>
        <Seen agentSees={one.agentSees} reader={reader} />
        {shells.mayStop && (
          <PostForm action={urls.loopShellStop(shells.loop, one.run)} formToken={shells.formToken} live>
            <button type="submit" class="button small" aria-label={words.stop(one.command)}>
              <Icon name="stop" />
              <span>{words.stopWord}</span>
            </button>
          </PostForm>
        )}
      </div>
    </article>
  )
}

const Command = ({ command }: { command: string }) => (
  <pre class="terminal-command" tabindex="0">
    <code>{command}</code>
  </pre>
)

function Output({ output, label }: { output: SafeHtml | undefined; label: string }) {
  if (output === undefined) return null
  return (
    <pre class="terminal-output" tabindex="0" aria-label={label}>
      {output}
    </pre>
  )
}

function Seen({ agentSees, reader }: { agentSees: boolean; reader: Reader }) {
  const words = shellWords(reader.locale)
  return <span class="shell-seen">{agentSees ? words.agentSees : words.agentSeesNot}</span>
}
