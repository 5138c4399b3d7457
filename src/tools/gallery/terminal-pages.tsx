import { TerminalPage } from "../../../views/pages/terminal.tsx"
import type { TerminalPageView } from "../../../views/props/terminal.ts"
import { renderAnsi } from "../../lib/ansi.ts"
import { frame, header, loopId, type Setting } from "./samples.ts"

const loop = loopId(3)
const at = `/loops/${loop}/terminal`

/** A terminal, and a command without one. */
export const terminalGallery = {
  terminal: (setting: Setting) => <TerminalPage page={terminalPage(setting)} />,
  "terminal-command": (setting: Setting) => <TerminalPage page={commandPage(setting)} />,
}

/** Two terminals, of which the second is shown. */
function terminalPage(setting: Setting): TerminalPageView {
  const { script, terminalStyle: style } = setting.assets
  const server = setting.locale === "en" ? "billing" : "计费"
  return {
    ...frame(setting),
    header: header(setting.locale),
    panel: "terminal",
    ...(style !== undefined && { also: { script, style } }),
    tabs: [
      {
        id: "0a1b2c3d",
        name: setting.locale === "en" ? "tests" : "测试",
        url: `${at}?tab=0a1b2c3d`,
        current: false,
        shared: false,
        watchers: [],
      },
      {
        id: "1a1b2c3d",
        name: server,
        url: `${at}?tab=1a1b2c3d`,
        current: true,
        shared: true,
        watchers: ["bob", "carol"],
      },
    ],
    terminal: { id: "1a1b2c3d", name: server, socketUrl: `/loops/${loop}/terminals/1a1b2c3d/socket`, shared: true },
    ...{ loop, drives: true },
    mayOpen: true,
    most: 8,
    opens: false,
  }
}

/** No terminal, and the output of one command. */
function commandPage(setting: Setting): TerminalPageView {
  return {
    ...terminalPage(setting),
    tabs: [],
    terminal: undefined,
    ran: { command: "npm test", output: renderAnsi("\u001b[32m12 passed\u001b[0m\n"), how: "0", wasCut: true },
  }
}
