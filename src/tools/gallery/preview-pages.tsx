import { EnteringPage } from "../../../views/pages/entering.tsx"
import { OutsidePage } from "../../../views/pages/outside.tsx"
import { PreviewPage } from "../../../views/pages/preview.tsx"
import { SharesPage } from "../../../views/pages/shares.tsx"
import type { PreviewPageView, ShareRowView, ShareView } from "../../../views/props/previews.ts"
import { previewWords } from "../../lib/i18n/previews.ts"
import { terminalGallery } from "./terminal-pages.tsx"
import { frame, header, loopId, minutes, now, type Setting } from "./samples.ts"

const loop = loopId(3)
const at = `/loops/${loop}/preview`
const origin = "http://demo.localhost:7788"

/** Terminals; what loops show, the list of it, and our own pages on the previews' host names. */
export const panelGallery = {
  ...terminalGallery,
  preview: (setting: Setting) => <PreviewPage page={shown(setting)} />,
  "preview-none": (setting: Setting) => <PreviewPage page={{ ...none(setting), ports: [3000, 5173] }} />,
  "preview-resting": (setting: Setting) => <PreviewPage page={none(setting)} />,
  "preview-refused": (setting: Setting) => <PreviewPage page={refused(setting)} />,
  "preview-off": (setting: Setting) => <PreviewPage page={off(setting)} />,
  "preview-entering": (setting: Setting) => (
    // Without a ticket nothing is posted by itself.
    <EnteringPage page={{ ...frame(setting), name: "demo", enterUrl: origin, ticket: "" }} />
  ),
  "preview-outside": (setting: Setting) => <OutsidePage page={outside(setting)} />,
  shares: (setting: Setting) => <SharesPage page={{ ...shares(setting), shares: rows }} />,
  "shares-none": (setting: Setting) => <SharesPage page={{ ...shares(setting), linksAllowed: false }} />,
}

const none = (setting: Setting): PreviewPageView => ({
  ...frame(setting),
  ...{ header: header(setting.locale), panel: "preview", tabs: [], linksAllowed: true },
  ...{ errors: {}, values: { port: "", folder: "" } },
})

const share: ShareView = {
  ...{ id: "abcdefghijklmnop", label: "demo", name: "demo", origin, path: "/orders?open=1", width: 390 },
  ...{ ticket: "", enterUrl: origin, access: "link", alias: "demo", days: 7, dayChoices: [1, 7, 30, 90], visits: 3 },
  ...{ endsAt: now + 5 * 86_400_000, link: `${origin}/__loopat/s/AAAAAAAAAAAAAAAAAAAAAA` },
}

const shown = (setting: Setting): PreviewPageView => ({
  ...none(setting),
  ...{ ports: [3000, 5173], share },
  tabs: [
    { id: "abcdefghijklmnop", name: "demo", url: `${at}?share=abcdefghijklmnop`, current: true },
    { id: "bbcdefghijklmnop", name: "a-rather-long-folder/with/parts/", url: at, current: false },
  ],
})

function refused(setting: Setting): PreviewPageView {
  const { badPort } = previewWords(setting.locale)
  const errors = { form: badPort, port: badPort }
  return { ...none(setting), ports: [], errors, values: { port: "4180", folder: "" } }
}

function off(setting: Setting): PreviewPageView {
  const { off: title, offLead: lead } = previewWords(setting.locale)
  return { ...none(setting), off: { title, lead } }
}

function outside({ locale, assets }: Setting) {
  const words = previewWords(locale)
  const [title, text] = [words.notListeningTitle(5173), words.notListeningText(5173)]
  return { locale, title, text, workspace: "Northwind", styleUrl: assets.style, ports: [3000], openUrl: "/loops" }
}

const shares = (setting: Setting) => ({
  ...frame(setting),
  ...{ title: previewWords(setting.locale).sharesTitle, section: "settings" as const, linksAllowed: true },
  ...{ shares: [], errors: {} },
})

const rows: ShareRowView[] = [
  {
    ...{ id: "abcdefghijklmnop", name: "demo", address: origin, owner: "alice", access: "link", visits: 3 },
    ...{ endsAt: now + 86_400_000, loop: { title: "Sketch an onboarding page", url: `/loops/${loop}` } },
  },
  {
    ...{ id: "bbcdefghijklmnop", name: ":5173", address: "http://bbcdefghijklmnop.localhost:7788", owner: "bob" },
    ...{ access: "driver", visits: 0, endsAt: minutes(-90) },
  },
]
