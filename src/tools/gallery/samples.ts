import type { Locale } from "../../lib/i18n/locale.ts"
import type { AssetUrls, FrameView } from "../../../views/props/frame.ts"
import type { LoopHeaderView, LoopRowView, LoopsListView, NewLoopView } from "../../../views/props/loops.ts"
import type { Theme } from "../../../views/props/reader.ts"

/** What the pages of the gallery and of the view tests show. */
export interface Setting {
  locale: Locale
  theme: Theme
  /** `terminalStyle`: of pages with a terminal; their script would look for a server. */
  assets: AssetUrls & { terminalStyle?: string }
}

export const now = Date.parse("2026-03-10T15:04:00Z")
export const minutes = (count: number) => now - count * 60_000
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
    mayRestore: false,
    ...part,
  }))
}

export function loopsList(setting: Setting): LoopsListView {
  const all = rows(setting.locale)
  return {
    ...frame(setting),
    show: "mine",
    search: "",
    by: "time",
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
    freshness: { knowledge: { kind: "latest", version: "" }, notes: { kind: "latest", version: "" } },
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
    may: { rename: true, archive: true, restore: false, delete: true, stopSandbox: true, hide: true, show: false },
  }
}
