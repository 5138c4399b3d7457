import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { DeleteLoopPage } from "../../../views/pages/delete-loop.tsx"
import { frame, header, type Setting } from "./samples.ts"

/** What is asked before a loop goes. */
export const farewellGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  "delete-loop": (setting) => (
    <DeleteLoopPage
      page={{
        ...frame(setting),
        loop: header(setting.locale),
        report: lostWork,
        hasWork: true,
        save: { name: "move-invoice-export-3f0c1d.bundle", pushes: true, secrets: "a" },
        days: 14,
        errors: {},
        typed: "",
      }}
    />
  ),
  "delete-loop-saved": (setting) => (
    <DeleteLoopPage
      page={{
        ...frame(setting),
        loop: header(setting.locale),
        report: lostWork.slice(1),
        hasWork: true,
        save: { name: "move-invoice-export-3f0c1d.bundle", pushes: true, secrets: "" },
        saved: [
          { checkout: "workdir", branches: ["loop/move-invoice-export-3f0c1d"] },
          {
            checkout: "repos/税率",
            branches: [],
            kept: { why: "not-pushed", said: "fatal: 'origin' does not appear to be a git repository", takeUrl: "#" },
          },
        ],
        days: 14,
        errors: {},
        typed: "",
      }}
    />
  ),
}

const lostWork = [
  {
    ...{ checkout: "workdir", uncommitted: ["src/export/row.ts", "notes/税率.md"], more: 3 },
    ...{ unpushed: ["8e1f2a9 Move the look-up"], unseen: false, loose: false, takeUrl: "#" },
    suspects: [
      { path: ".env", what: "stored" },
      { path: "src/export/税率.pem", what: "private-key" },
    ],
  },
  {
    ...{ checkout: "repos/税率", uncommitted: [], unpushed: ["8e1f2a9 Move the look-up"], more: 0 },
    ...{ unseen: false, loose: false, takeUrl: "#", suspects: [] },
  },
]
