import type { Locale } from "../../lib/i18n/locale.ts"
import { renderAnsi } from "../../lib/ansi.ts"
import { diffLines } from "../../lib/diff.ts"
import { renderMarkdown } from "../../lib/markdown.ts"
import type { ConversationItem, LoopPageView } from "../../../views/props/conversation.ts"
import type { AssetUrls, FrameView } from "../../../views/props/frame.ts"
import type { LoopHeaderView, LoopRowView, LoopsListView, NewLoopView } from "../../../views/props/loops.ts"
import type { Theme } from "../../../views/props/reader.ts"

/** What the pages of the gallery and of the view tests show. */
export interface Setting {
  locale: Locale
  theme: Theme
  assets: AssetUrls
}

export const now = Date.parse("2026-03-10T15:04:00Z")
const minutes = (count: number) => now - count * 60_000
export const loopId = (last: number) => `3f0c1d2e-5a6b-4c7d-8e9f-0000000000${String(last).padStart(2, "0")}`

export function frame({ locale, theme, assets }: Setting): FrameView {
  return {
    reader: { locale, now },
    theme,
    assets,
    workspace: "Northwind",
    title: locale === "en" ? "Loops" : "Loop",
    user: { name: "alice", displayName: "Alice Chen", admin: true },
    section: "loops",
    needsYou: 2,
    recent: rows(locale)
      .slice(0, 6)
      .map(({ id, title, status }) => ({ id, title, status })),
  }
}

const titles: Record<Locale, string[]> = {
  en: [
    "Which of the two retry strategies should the importer use?",
    "Release notes for 2.4 need a decision",
    "Move the invoice export to the new tax table",
    "Find out why the nightly build is slow",
    "Upgrade the database driver and run the migration tests",
    "Prepare the customer workshop",
    "Rename “tenant” to “workspace” in the API, with redirects for the old paths and a note in the changelog",
    "Sketch an onboarding page",
    "Check the accessibility of the settings",
  ],
  zh: [
    "导入程序应该使用哪种重试策略？",
    "2.4 版本说明需要决定",
    "把发票导出迁移到新的税率表",
    "查明夜间构建缓慢的原因",
    "升级数据库驱动并运行迁移测试",
    "准备客户培训",
    "把 API 中的“tenant”改名为“workspace”，旧路径重定向，并写入更新日志",
    "设计新人引导页面",
    "检查设置页面的无障碍",
  ],
}

export function rows(locale: Locale): LoopRowView[] {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
  const parts: Partial<LoopRowView>[] = [
    {
      status: "needs-you",
      headline: words("Question", "问题"),
      since: minutes(4),
      repo: { name: "importer", branch: "loop/retry-3f0c1d" },
    },
    { status: "needs-you", headline: words("Permission to run a command", "请求运行命令"), since: minutes(22) },
    {
      status: "working",
      headline: words("Running npm test", "正在运行 npm test"),
      since: minutes(1.7),
      repo: { name: "billing", branch: "loop/tax-table-3f0c1d" },
    },
    {
      status: "failed",
      headline: words("The provider refused the key", "模型服务拒绝了密钥"),
      since: minutes(31),
      driver: "bob",
      driving: false,
    },
    {
      status: "queued",
      headline: words("Second in line for a free place", "排在第二位"),
      since: minutes(2),
      waiting: 2,
      repo: { name: "platform", branch: "loop/driver-3f0c1d" },
    },
    { status: "preparing", headline: words("Make the working folder", "建立工作目录"), since: minutes(0.2) },
    { status: "new", since: minutes(55), repo: { name: "api", branch: "loop/rename-3f0c1d" } },
    { status: "idle", since: minutes(60 * 26), driver: "chen", driving: false, demo: true },
    { status: "idle", since: minutes(60 * 24 * 6) },
  ]
  return parts.map((part, index) => ({
    id: loopId(index),
    title: titles[locale][index] ?? "",
    status: "idle",
    since: now,
    lastActive: part.since ?? now,
    driver: "alice",
    driving: true,
    mayArchive: true,
    ...part,
  }))
}

export function loopsList(setting: Setting): LoopsListView {
  const all = rows(setting.locale)
  return {
    ...frame(setting),
    show: "mine",
    search: "",
    groups: [
      { group: "needs-you", loops: all.slice(0, 2) },
      { group: "working", loops: all.slice(2, 6).filter(({ status }) => status !== "failed") },
      { group: "today", loops: [...all.slice(3, 4), ...all.slice(6, 7)] },
      { group: "earlier", loops: all.slice(7) },
    ],
    moreUrl: "?after=1",
    empty: false,
  }
}

export function newLoop({ locale }: Setting): NewLoopView {
  return {
    reader: { locale, now },
    values: { message: "", title: "", repo: "", ref: "", visibility: "workspace" },
    clientId: "c1",
    repos: [{ name: "billing", trunk: "main" }, { name: "importer" }],
    errors: {},
    model: { provider: "demo", model: "demo", demo: true },
  }
}

export function header(locale: Locale): LoopHeaderView {
  return {
    id: loopId(2),
    title: titles[locale][2] ?? "",
    status: "working",
    headline: locale === "en" ? "Running npm test" : "正在运行 npm test",
    since: minutes(1.7),
    driver: "alice",
    createdBy: "alice",
    repo: { name: "billing", branch: "loop/tax-table-3f0c1d", start: "main 8e1f2a9" },
    model: { provider: "demo", model: "demo", demo: true },
    visibility: "workspace",
    warnings: [],
    may: { rename: true, archive: true, restore: false, delete: true, stopSandbox: true },
  }
}

const answer: Record<Locale, string> = {
  en: `The export reads rates from \`legacy_rates\`. I moved it to the new table and kept the old one as a fallback:

1. **Look-up** goes through \`taxRate(country, date)\`.
2. Rows without a country keep **0 %**, as before.
3. The two failing tests were about rounding; see the table.

| country | old | new | difference |
|---|--:|--:|--:|
| Germany | 19.00 | 19.00 | 0.00 |
| France | 19.60 | 20.00 | 0.40 |

\`\`\`ts
export function taxRate(country: string, date: Date): Rate {
  const row = rates.find((rate) => rate.country === country && covers(rate, date))
  return row ?? { percent: 0, source: "none" } // kept for rows of before 2014
}
\`\`\`

- [x] migrate the look-up
- [ ] remove \`legacy_rates\` after one release

> Nothing outside \`src/export\` changed. More in the [tax guide](https://example.org/tax).`,
  zh: `导出程序从 \`legacy_rates\` 读取税率。我把它迁移到新表，并保留旧表作为后备：

1. **查找**统一走 \`taxRate(country, date)\`。
2. 没有国家的行仍为 **0 %**。
3. 两个失败的测试与四舍五入有关，见下表。

| 国家 | 旧 | 新 | 差 |
|---|--:|--:|--:|
| 德国 | 19.00 | 19.00 | 0.00 |
| 法国 | 19.60 | 20.00 | 0.40 |

\`\`\`ts
export function taxRate(country: string, date: Date): Rate {
  const row = rates.find((rate) => rate.country === country && covers(rate, date))
  return row ?? { percent: 0, source: "none" }
}
\`\`\`

- [x] 迁移查找
- [ ] 一个版本之后删除 \`legacy_rates\`

> \`src/export\` 之外没有改动。更多内容见[税务指南](https://example.org/tax)。`,
}

const before =
  "import { legacyRate } from './legacy'\n\nexport function rate(row) {\n  return legacyRate(row.country)\n}\n"
const after =
  "import { taxRate } from './tax'\n\nexport function rate(row) {\n  return taxRate(row.country, row.date)\n}\n"
const output =
  "\u001b[1m✓\u001b[0m \u001b[32m41 passed\u001b[0m\n\u001b[31m✗ 1 failed\u001b[0m \u001b[2mrounding.test.ts\u001b[0m\n  expected \u001b[32m19.60\u001b[0m, got \u001b[31m19.6\u001b[0m"

export function items(locale: Locale): ConversationItem[] {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
  return [
    {
      kind: "user-message",
      id: "item-2",
      seq: 2,
      author: "alice",
      at: minutes(14),
      state: "sent",
      text: words(
        "Move the invoice export to the new tax table.\nKeep the numbers of old invoices as they are.",
        "把发票导出迁移到新的税率表。\n旧发票的数字保持不变。",
      ),
    },
    {
      kind: "thinking",
      id: "item-3",
      seq: 3,
      text: words("The export has two callers…", "导出程序有两个调用者…"),
      streaming: false,
      ms: 8_400,
    },
    {
      kind: "tool",
      id: "item-4",
      seq: 4,
      tool: "Grep",
      state: "ok",
      ms: 120,
      body: {
        kind: "search",
        pattern: "legacyRate",
        path: "src",
        matches: 7,
        result: "src/export/row.ts:1\nsrc/export/row.ts:4",
      },
    },
    {
      kind: "tool",
      id: "item-5",
      seq: 5,
      tool: "Read",
      state: "ok",
      ms: 40,
      body: { kind: "read", path: "src/export/row.ts", result: before },
    },
    {
      kind: "tool",
      id: "item-6",
      seq: 6,
      tool: "Edit",
      state: "ok",
      ms: 60,
      body: { kind: "edit", path: "src/export/row.ts", ...diffLines(before, after) },
    },
    {
      kind: "tool",
      id: "item-7",
      seq: 7,
      tool: "Bash",
      state: "failed",
      ms: 12_300,
      body: {
        kind: "command",
        command: "npm test -- --reporter=dot",
        description: words("Run the tests", "运行测试"),
        output: renderAnsi(output),
      },
      error: words("exit code 1", "退出码 1"),
    },
    { kind: "agent-text", id: "item-8", seq: 8, html: renderMarkdown(answer[locale]), streaming: false },
    { kind: "turn-end", id: "item-9", seq: 9, outcome: "done", ms: 94_000, tokens: { input: 48_200, output: 1_930 } },
  ]
}

export function asks(locale: Locale): ConversationItem[] {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
  const ask = { loop: loopId(2), mayAnswer: true, at: minutes(1) }
  return [
    {
      kind: "user-message",
      id: "item-12",
      seq: 12,
      author: "alice",
      at: minutes(3),
      state: "sent",
      text: words("ask me", "问我"),
    },
    {
      ...ask,
      kind: "question",
      id: "item-13",
      seq: 13,
      ask: "ask_1",
      questions: [
        {
          header: words("Retries", "重试"),
          question: words("Which retry strategy should the importer use?", "导入程序应该使用哪种重试策略？"),
          multi: false,
          options: [
            {
              label: words("Exponential", "指数退避"),
              description: words(
                "Waits longer after each failure; kind to the other side.",
                "每次失败后等待更久，对对方更友好。",
              ),
            },
            {
              label: words("Fixed", "固定间隔"),
              description: words("Every ten seconds, five times.", "每十秒一次，共五次。"),
            },
          ],
        },
      ],
    },
    {
      ...ask,
      kind: "permission",
      id: "item-14",
      seq: 14,
      ask: "ask_2",
      tool: "Bash",
      editable: true,
      body: { kind: "command", command: "rm -rf build && npm run build" },
      rule: "Bash(npm run build)",
    },
    {
      kind: "answered",
      id: "item-15",
      seq: 15,
      what: "permission",
      by: "alice",
      decision: "deny",
      lines: [{ text: "git push" }, { text: words("Leave it on the branch.", "留在分支上。") }],
    },
    {
      kind: "failure",
      id: "item-16",
      seq: 16,
      sentence: words(
        "The provider refused the key. Nothing was lost; set a working key and try again.",
        "模型服务拒绝了密钥。没有丢失内容；请设置可用的密钥后重试。",
      ),
      detail: "401 authentication_error: invalid x-api-key",
      action: { kind: "settings", loop: loopId(2) },
    },
    {
      kind: "notice",
      id: "item-17",
      seq: 17,
      level: "warning",
      text: words(
        "knowledge is from yesterday 18:02: its remote did not answer.",
        "knowledge 为昨天 18:02 的版本：远端没有响应。",
      ),
    },
    { kind: "divider", id: "item-18", seq: 18, text: words("New conversation", "新的对话") },
    {
      kind: "tool",
      id: "item-19",
      seq: 19,
      tool: "TodoWrite",
      state: "ok",
      body: {
        kind: "todos",
        todos: [
          { text: words("Read the importer", "阅读导入程序"), state: "done" },
          { text: words("Write the retry", "编写重试"), state: "in-progress" },
          { text: words("Test it", "测试"), state: "pending" },
        ],
      },
    },
    {
      kind: "tool",
      id: "item-20",
      seq: 20,
      tool: "mcp__weather__now",
      state: "pending",
      body: { kind: "other", input: '{\n  "city": "Berlin"\n}' },
    },
  ]
}

export function loopPage(setting: Setting): LoopPageView {
  const { locale } = setting
  return {
    ...frame(setting),
    title: titles[locale][2] ?? "",
    currentLoop: loopId(2),
    header: header(locale),
    items: items(locale),
    earlierUrl: "?before=2",
    queue: {
      loop: loopId(2),
      messages: [
        {
          seq: 10,
          author: "alice",
          text: locale === "en" ? "Then add a line to the changelog" : "然后在更新日志里加一行",
          editable: true,
        },
        { seq: 11, author: "alice", text: locale === "en" ? "and push the branch" : "并推送分支", editable: true },
      ],
    },
    composer: {
      loop: loopId(2),
      working: true,
      mode: "bypassPermissions",
      model: { provider: "demo", model: "demo", demo: true },
      text: "",
      clientId: "c2",
    },
    activity: {
      kind: "tool",
      headline: locale === "en" ? "Running npm test" : "正在运行 npm test",
      since: minutes(0.7),
    },
  }
}
