import { CodePage } from "../../../views/pages/context-code.tsx"
import type { CodeBodyView } from "../../../views/props/code.ts"
import { codeRuns } from "../../lib/code-runs.ts"
import { diffLines } from "../../lib/diff.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { around, commit } from "./context-pages.tsx"
import type { Setting } from "./samples.ts"

const code = (setting: Setting, body: CodeBodyView, heading = "tax.ts") => (
  <CodePage
    page={{
      ...around(setting),
      ...(body.kind !== "nothing" && body.kind !== "not-here" && { tabs: tabs(body.kind) }),
      ...{ heading, repository: "app", commit: "8af9f1a2b3", body, search: { words: "", code: "app" } },
      tree: [
        { name: "src", url: "/context/code/app", depth: 0, kind: "folder", open: true },
        { name: "tax.ts", url: "/context/code/app", depth: 1, kind: "file", current: true },
      ],
      crumbs: [
        { name: "Context", url: "/context" },
        { name: "app", url: "/context/code/app" },
      ],
    }}
  />
)

const tabs = (kind: CodeBodyView["kind"]) => {
  const past = kind === "history" || kind === "change"
  return [
    { view: "page" as const, url: "/context/code/app", current: !past },
    { view: "history" as const, url: "/context/code/app?view=history", current: past },
  ]
}

const codeText = "/** In percent. */\nexport const rate = 19\n\nexport const shown = `${rate} %`"

/** Code to be read in Context. */
export const codeGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  "context-code": (setting) =>
    code(setting, {
      ...{ kind: "text", name: "tax.ts", downloadUrl: "/context/code/app/download" },
      lines: codeRuns(codeText.split("\n"), "ts").map((runs, index) => ({ number: 2_001 + index, runs })),
      ...{ earlierUrl: "/context/code/app?from=0", laterUrl: "/context/code/app?from=4000" },
    }),
  "context-code-history": (setting) =>
    code(setting, {
      kind: "history",
      commits: [commit, { ...commit, was: "src/money/rates.ts" }],
      moreUrl: "/context/code/app?view=history&from=50",
      cut: true,
    }),
  "context-code-change": (setting) =>
    code(setting, {
      kind: "change",
      commit,
      lines: diffLines("export const rate = 19\n", "export const rate = 20\n").lines,
    }),
  "context-code-picture": (setting) =>
    code(
      setting,
      { kind: "image", name: "logo.png", url: setting.assets.icon, downloadUrl: "/context/code/app/download" },
      "logo.png",
    ),
  "context-code-gone": (setting) => code(setting, { kind: "nothing" }),
  "context-code-not-here": (setting) => code(setting, { kind: "not-here" }, "app"),
}
