import { area } from "./area.ts"

/** What documents have to do with loops, with proposals and with each other. */
export const relationWords = area(
  {
    othersChanged: (count: number) =>
      count === 1
        ? "1 other file changed since this page was made."
        : `${count} other files changed since this page was made.`,
    inLoop: "in a loop",
    proposals: "Open proposals",
    loops: "Loops made from this",
    archived: "archived",
    editByLoop: "Edit by loop",
    distill: "Distill",
    resolveInLoop: "Resolve in a loop",
    mergeInLoop: "Open a merge loop",
    diagramSource: "A diagram, shown as its source.",
    foundTalk: "In conversations",
    byAgent: "the agent",
    olderTalk: "Search older conversations",
    talkPending:
      "Some conversations are still being read for the first time. Search again in a moment to look through all of them.",
  },
  {
    othersChanged: (count: number) => `此页面生成后，另有 ${count} 个文件发生了更改。`,
    inLoop: "来自 Loop",
    proposals: "待审提议",
    loops: "由此创建的 Loop",
    archived: "已归档",
    editByLoop: "用 Loop 编辑",
    distill: "提炼",
    resolveInLoop: "在 Loop 中解决",
    mergeInLoop: "打开合并 Loop",
    diagramSource: "图表，以源码显示。",
    foundTalk: "在对话中",
    byAgent: "智能体",
    olderTalk: "搜索更早的对话",
    talkPending: "部分对话仍在首次读取中。请稍后重新搜索，以查找全部对话。",
  },
)
