import { renderAnsi } from "../../lib/ansi.ts"
import { diffLines } from "../../lib/diff.ts"
import type { Locale } from "../../lib/i18n/locale.ts"
import { renderMarkdown } from "../../lib/markdown.ts"
import type { ConversationItem, LoopPageView } from "../../../views/props/conversation.ts"
import { output, shellItem, shells } from "./shell.ts"
import { frame, header, loopId, minutes, type Setting } from "./samples.ts"

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
    ...outcome(locale),
  ]
}

function outcome(locale: Locale): ConversationItem[] {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
  return [
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
  return [...openAsks(locale), ...lines(locale)]
}

const ask = { loop: loopId(2), mayAnswer: true, at: minutes(1) }

function openAsks(locale: Locale): ConversationItem[] {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
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
  ]
}

function lines(locale: Locale): ConversationItem[] {
  const words = (en: string, zh: string) => (locale === "en" ? en : zh)
  return [
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
        "The key was refused by Anthropic. Check it under Settings → Providers, then try again.",
        "Anthropic 拒绝了密钥。请在“设置 → 模型服务”中检查，然后重试。",
      ),
      kept: words("Nothing is lost.", "没有丢失任何内容。"),
      detail: "401 authentication_error: invalid x-api-key",
      action: { kind: "settings", settings: true, loop: loopId(2) },
    },
    {
      kind: "notice",
      id: "item-17",
      seq: 17,
      level: "warning",
      text: words("knowledge is from 18:02: its remote was silent.", "knowledge 为 18:02 的版本：远端没有响应。"),
    },
    shellItem(locale),
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
    title: header(locale).title,
    currentLoop: loopId(2),
    header: header(locale),
    state: "driven",
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
    shells,
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
