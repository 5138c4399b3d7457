import type { Locale } from "../../lib/i18n/locale.ts"
import { renderAnsi } from "../../lib/ansi.ts"
import type { RunningShellsView, ShellItem } from "../../../views/props/shell.ts"
import { loopId, minutes } from "./samples.ts"

export const output =
  "\u001b[1m✓\u001b[0m \u001b[32m41 passed\u001b[0m\n\u001b[31m✗ 1 failed\u001b[0m \u001b[2mrounding.test.ts\u001b[0m\n  expected \u001b[32m19.60\u001b[0m, got \u001b[31m19.6\u001b[0m"

/** A command of a person that has ended. */
export function shellItem(locale: Locale): ShellItem {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
  return {
    kind: "shell",
    id: "item-21",
    seq: 21,
    by: "alice",
    at: minutes(2),
    clientId: "c3",
    command: "npm test -- --reporter=dot",
    output: renderAnsi(output),
    end: renderAnsi(output),
    leftOut: words("1.2 MB are left out here.", "此处省略了 1.2 MB。"),
    outcome: words("exited 1", "已退出 1"),
    ok: false,
    ms: 12_300,
    agentSees: true,
  }
}

/** One that runs. */
export const shells: RunningShellsView = {
  loop: loopId(2),
  running: [
    {
      ...{
        run: "0123456789abcdef",
        by: "alice",
        clientId: "c4",
        command: "npm run build",
        output: renderAnsi(output),
      },
      ...{ onlyEnd: true, state: "running", since: minutes(1), agentSees: false },
    },
  ],
  mayStop: true,
}
