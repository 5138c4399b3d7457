import { LoopPage } from "../../../views/pages/loop.tsx"
import { NetworkPage } from "../../../views/pages/network.tsx"
import { SystemPage } from "../../../views/pages/system.tsx"
import type { RefusedItem } from "../../../views/props/conversation.ts"
import type { NetworkView } from "../../../views/props/network.ts"
import { networkWords } from "../../lib/i18n/network.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { loopPage } from "./conversation.ts"
import { frame, loopId, type Setting } from "./samples.ts"
import { systemFailed, systemReady, systemWithoutIds } from "./system.ts"

/** The settings of the server and its network, and a loop that was refused something. */
export const settingsGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  system: (setting) => <SystemPage page={systemReady(setting)} />,
  "system-failed": (setting) => <SystemPage page={systemFailed(setting)} />,
  "system-no-ids": (setting) => <SystemPage page={systemWithoutIds(setting)} />,
  network: (setting) => <NetworkPage page={settings(setting)} />,
  "loop-refused": (setting) => (
    <LoopPage page={{ ...loopPage(setting), items: [refused("e-90", "allow"), refused("e-91", "ask")] }} />
  ),
}

function settings(setting: Setting): NetworkView {
  const words = networkWords(setting.locale)
  return {
    ...frame(setting),
    title: words.networkTitle,
    section: "settings",
    notice: words.savedNetwork,
    values: {
      mode: "allow-list",
      hosts: "github.com\n*.npmjs.org\ndb.example.org:5432\nnot a host",
      ranges: "10.0.0.0/8",
      driversMayAllow: true,
    },
    errors: { hosts: words.hostLine("not a host") },
  }
}

const refused = (id: string, may: RefusedItem["may"]): RefusedItem => ({
  kind: "refused",
  ...{ id, seq: 90, loop: loopId(1), may, more: 4 },
  places: [
    { text: "packages.example.org:443", entry: "packages.example.org", program: "node", times: 3, inside: false },
    {
      text: "a-rather-long-name-of-a-host.in-a-rather-long-domain.example.org:8443",
      entry: "x",
      program: "",
      times: 1,
      inside: false,
    },
    { text: "mirror.example.org:80", entry: "mirror.example.org", program: "curl", times: 1, inside: true },
  ],
})
