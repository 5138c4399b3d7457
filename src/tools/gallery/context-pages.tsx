import { ContextPage } from "../../../views/pages/context.tsx"
import { CapturePage, ContextSearchPage, SwitchPage, TopicPage } from "../../../views/pages/context-found.tsx"
import { HeldPage } from "../../../views/pages/context-held.tsx"
import { ContextHomePage } from "../../../views/pages/context-home.tsx"
import type { ContextBodyView, ContextFrameView, ContextPageView, HitLinkView } from "../../../views/props/context.ts"
import { diffLines } from "../../lib/diff.ts"
import { heldWords } from "../../lib/i18n/held.ts"
import type { SafeHtml } from "../../lib/jsx/safe-html.ts"
import { renderDocument } from "../../lib/markdown-document.ts"
import { frame, minutes, type Setting } from "./samples.ts"

export const source = `# Tax rates

See [[Invoices]], [[Old rates#2019]] and the [[Export|new export]]. #tax #invoices

> [!warning] Mind the reverse charge
> Services to other countries have **no** rate.

| country | rate |
|---|--:|
| DE | 19 % |

## Where they are used

- [x] importer
- [ ] export of invoices, see \`src/export/row.ts\`
`

export const places = {
  link: ({ target }: { target: string }) => ({
    url: `/context/knowledge?path=${encodeURIComponent(target)}`,
    state: target === "Export" ? ("missing" as const) : ("found" as const),
  }),
  picture: () => undefined,
  callouts: { note: "Note", tip: "Tip", important: "Important", warning: "Warning", caution: "Caution" },
}

export function around(setting: Setting): ContextFrameView {
  const english = setting.locale === "en"
  const url = "/context/knowledge"
  return {
    ...frame(setting),
    ...{ section: "context", title: english ? "Tax rates" : "税率" },
    shelves: [
      { name: "knowledge", url, current: true },
      { name: "notes", url: "/context/notes", current: false },
      { name: "personal", url: "/context/personal", current: false },
    ],
    tree: [
      { name: "billing", url, depth: 0, kind: "folder", open: true },
      { name: "Invoices.md", url, depth: 1, kind: "file" },
      { name: "Tax rates.md", url, depth: 1, kind: "file", current: true },
      { name: "", url, depth: 1, kind: "more" },
      { name: "税率.md", url, depth: 0, kind: "file" },
      { name: ".loopat", url, depth: 0, kind: "folder" },
    ],
    crumbs: [
      { name: "Context", url: "/context" },
      { name: english ? "Knowledge" : "知识", url },
      { name: "billing", url },
      { name: "Tax rates.md", url },
    ],
    search: { words: "" },
  }
}

const acts = {
  name: "Tax rates.md",
  editUrl: "/context/knowledge?view=edit",
  downloadUrl: "/context/knowledge/download",
  may: {
    path: "billing/Tax rates.md",
    editablePath: "billing/Tax rates.md",
    moveUrl: "/context/knowledge/move",
    deleteUrl: "/context/knowledge/delete",
  },
}

const tabs = (current: "page" | "source" | "history" | "blame"): ContextPageView["tabs"] =>
  (["page", "source", "history", "blame"] as const).map((view) => ({
    ...{ view, url: `/context/knowledge?view=${view}`, current: view === current },
  }))

export const commit = {
  ...{ subject: "Write down what the importer rounds", author: "Bob Berg", at: minutes(50) },
  ...{ url: "/context/knowledge?at=x", changeUrl: "/context/knowledge?at=x&view=change" },
}

const page = (setting: Setting, over: Partial<ContextPageView> & { body: ContextBodyView }) => (
  <ContextPage page={{ ...around(setting), heading: "Tax rates", ...over }} />
)

const document = (setting: Setting): SafeHtml | null => {
  const { html, headings } = renderDocument(source, places)
  return page(setting, {
    tabs: tabs("page"),
    notice: { level: "info", sentences: [setting.locale === "en" ? "Saved." : "已保存。"] },
    body: { kind: "document", html, properties: [["owner", "Bob Berg"]], ...acts },
    beside: {
      outline: headings.map(({ level, text, id }) => ({ level, text, url: `#${id}` })),
      backlinks: [{ path: "billing/Invoices.md", url: "/context/knowledge", text: "Rates: see [[Tax rates]]." }],
      moreBacklinks: 3,
      topics: [{ topic: "tax", url: "/context/topics/tax" }],
      proposals: [{ subject: "Rates of 2027", from: "bob", url: "/context/knowledge/proposal?branch=ui/bob/1" }],
      loops: [{ title: "Tidy the tax pages", driver: "alice", archived: false, url: "/loops/0" }],
      mentions: { url: "/context/knowledge/mentions", searchUrl: "/context/search" },
      newLoop: { editUrl: "/loops/new?from=edit", distillUrl: "/loops/new?from=distill" },
    },
  })
}

const edit = (setting: Setting, over: object = {}) =>
  page(setting, {
    body: {
      kind: "edit",
      edit: {
        ...{ shelf: "knowledge", path: "billing/Tax rates.md", name: "Tax rates.md", version: "0", text: source },
        ...{ saveUrl: "/context/knowledge/save", cancelUrl: "/context/knowledge", draftUrl: "/context/draft" },
        ...{ proposes: true, isNew: false, draft: { at: minutes(3), discardUrl: "/context/draft/discard" } },
        ...over,
      },
    },
  })

const hit = (path: string): HitLinkView => ({ shelf: "knowledge", path, url: "/context/knowledge" })

const folder = (setting: Setting) =>
  page(setting, {
    heading: "billing",
    body: {
      kind: "folder",
      folder: {
        entries: [
          { name: "archive", url: "/context/knowledge", kind: "folder" },
          { name: "Tax rates.md", url: "/context/knowledge", kind: "file" },
        ],
        ...{ moreUrl: "/context/knowledge?from=500", path: "billing", newUrl: "/context/knowledge/new" },
        ...{ uploadUrl: "/context/knowledge/upload", thing: acts.may },
      },
    },
  })

const blame = (setting: Setting) =>
  page(setting, {
    tabs: tabs("blame"),
    body: {
      kind: "blame",
      lines: source.split("\n").map((text, index) => ({
        text,
        ...(index % 4 === 0 && { commit: { author: "Bob Berg", at: minutes(50), subject: "Round", url: "/context" } }),
      })),
    },
  })

const held = (setting: Setting) => {
  const theirs = source.replace("19 %", "20 %")
  const mine = source.replace("19 %", "21 %")
  return (
    <HeldPage
      page={{
        ...around(setting),
        held: {
          ...{
            id: "0",
            shelf: "knowledge",
            path: "billing/Tax rates.md",
            name: "Tax rates.md",
            version: "0",
            text: mine,
          },
          ...{
            saveUrl: "/context/knowledge/save",
            cancelUrl: "/context/held/0",
            discardUrl: "/context/held/0/discard",
            loopUrl: "/loops/new?from=resolve",
          },
        },
        became: {
          sentence: heldWords(setting.locale).joined("Tidy the tax pages"),
          url: "/context/knowledge?at=x&view=change",
        },
        theirs: { text: theirs, by: "Bob Berg", difference: diffLines(theirs, mine).lines },
      }}
    />
  )
}

const home = (setting: Setting) => (
  <ContextHomePage
    page={{
      ...around(setting),
      tree: [],
      crumbs: [{ name: "Context", url: "/context" }],
      cards: (["knowledge", "notes", "personal"] as const).map((name) => ({
        ...{ name, url: `/context/${name}`, files: 12, recent: [{ id: "0".repeat(40), ...commit }] },
      })),
      held: [{ ...hit("billing/Tax rates.md"), at: minutes(4) }],
      drafts: [],
      code: [{ name: "app", url: "/context/code/app" }],
      links: {
        inbox: "/context/notes?path=inbox.md",
        focus: "/context/notes?path=focus.md",
        topics: "/context/topics",
        proposals: "/context/proposals",
      },
      proposals: 2,
    }}
  />
)

const search = (setting: Setting) => (
  <ContextSearchPage
    page={{
      ...around(setting),
      ...{ words: "rate", search: { words: "rate" }, moreUrl: "/context/search?q=rate&from=x" },
      names: [hit("billing/Tax rates.md")],
      lines: [{ ...hit("billing/Invoices.md"), line: { number: 12, text: "Rates: see [[Tax rates]]." } }],
      talk: {
        hits: [
          { title: "Tidy the tax pages", url: "/loops/0/messages?before=3", at: minutes(9), text: "The rate is 19 %." },
        ],
        pending: true,
        moreUrl: "/context/search?q=rate&talk=x",
      },
      code: {
        places: [{ name: "app", url: "/context/search?q=rate&code=app" }],
        found: {
          name: "app",
          state: "more",
          lines: [{ path: "src/tax.ts", url: "/context/code/app", number: 3, text: "const rate = 19" }],
        },
      },
    }}
  />
)

/** Pages of Context in the states that matter. */
export const contextGallery: Record<string, (setting: Setting) => SafeHtml | null> = {
  "context-home": home,
  "context-document": document,
  "context-folder": folder,
  "context-nothing": (setting) =>
    page(setting, { body: { kind: "nothing", path: "billing/Export.md", createUrl: "/context/knowledge?view=edit" } }),
  "context-history": (setting) =>
    page(setting, { tabs: tabs("history"), body: { kind: "history", commits: [commit] } }),
  "context-change": (setting) =>
    page(setting, {
      tabs: tabs("history"),
      body: { kind: "change", commit, lines: diffLines(source, source.replace("19 %", "20 %")).lines },
    }),
  "context-blame": blame,
  "context-edit": edit,
  "context-remove": (setting) =>
    page(setting, {
      heading: undefined,
      body: {
        kind: "remove",
        remove: {
          ...{ name: "billing", path: "billing", files: 3, links: 2 },
          ...{ deleteUrl: "/context/knowledge/delete", cancelUrl: "/context/knowledge" },
        },
      },
    }),
  "context-held": held,
  "context-search": search,
  "context-switch": (setting) => (
    <SwitchPage page={around(setting)} found={{ words: "tax", hits: [hit("billing/Tax rates.md")] }} />
  ),
  "context-capture": (setting) => <CapturePage page={around(setting)} noted />,
  "context-topic": (setting) => (
    <TopicPage
      page={{
        ...around(setting),
        topic: "tax",
        documents: [hit("billing/Tax rates.md")],
        loopsUrl: "/loops?topic=tax",
      }}
    />
  ),
}
