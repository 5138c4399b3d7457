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
    mentions: "Mentioned in loops",
    findMentions: "Find loops that mention this",
    moreMentions: "Search all conversations for it",
    archived: "archived",
    editByLoop: "Edit by loop",
    distill: "Distill",
    resolveInLoop: "Resolve in a loop",
    mergeInLoop: "Open a merge loop",
    searchCode: "Search in code",
    foundCode: (name: string) => `In the code of ${name}`,
    codeMore: "There is more. Add a word to find less.",
    codeTooMuch: "That is in too many places to show. Add a word, or use a rarer one.",
    codeNotHere: "The server has nothing of it yet. Start a loop on it first.",
    codeNothing: "Nothing was found there.",
    code: "Code",
    codeLead: "What the workspace builds, to be read here. Loops change it.",
    codeAt: (name: string, commit: string) =>
      `${name}, as the server has it, at ${commit}. It is read only here; loops change it.`,
    codeEmpty: "This folder is empty.",
    codeGone: "It is not in the newest version that the server has. It may have been moved or deleted: search for it.",
    changeOdd: "What changed is no text, or too long to be compared here. Show the version, or download it.",
    historyCut:
      "Looking further back would take too long, so older commits are not listed here. A loop's git finds them.",
    earlierLines: "Earlier lines",
    laterLines: "Later lines",
    isBroken: (line: number, column: number) =>
      `This settings file cannot be read: line ${line}, column ${column} is no JSON. Until somebody mends it, it stays as it is.`,
    wouldBeBroken: (line: number, column: number) =>
      `This settings file would not be readable, so it was not saved: line ${line}, column ${column} is no JSON. Mend it there.`,
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
    mentions: "提到此文档的 Loop",
    findMentions: "查找提到此文档的 Loop",
    moreMentions: "在所有对话中搜索",
    archived: "已归档",
    editByLoop: "用 Loop 编辑",
    distill: "提炼",
    resolveInLoop: "在 Loop 中解决",
    mergeInLoop: "打开合并 Loop",
    searchCode: "在代码中搜索",
    foundCode: (name: string) => `在 ${name} 的代码中`,
    codeMore: "还有更多。请增加一个词以缩小范围。",
    codeTooMuch: "出现的位置太多，无法显示。请增加一个词，或换用更少见的词。",
    codeNotHere: "服务器上还没有它的内容。请先在其上启动一个 Loop。",
    codeNothing: "那里没有找到。",
    code: "代码",
    codeLead: "工作区构建的内容，可在此阅读。由 Loop 更改。",
    codeAt: (name: string, commit: string) => `${name}，服务器上的版本 ${commit}。此处只读，由 Loop 更改。`,
    codeEmpty: "此文件夹为空。",
    codeGone: "服务器上的最新版本中没有它。它可能已被移动或删除，请搜索。",
    changeOdd: "更改的内容不是文本，或太长而无法在此比较。请显示或下载该版本。",
    historyCut: "继续往前查找会耗时过长，因此更早的提交未在此列出。可在 Loop 中用 git 查找。",
    earlierLines: "前面的行",
    laterLines: "后面的行",
    isBroken: (line: number, column: number) =>
      `此设置文件无法读取：第 ${line} 行第 ${column} 列不是有效的 JSON。在有人修正之前，它会保持原样。`,
    wouldBeBroken: (line: number, column: number) =>
      `此设置文件将无法读取，因此没有保存：第 ${line} 行第 ${column} 列不是有效的 JSON。请在该处修正。`,
    foundTalk: "在对话中",
    byAgent: "智能体",
    olderTalk: "搜索更早的对话",
    talkPending: "部分对话仍在首次读取中。请稍后重新搜索，以查找全部对话。",
  },
)
