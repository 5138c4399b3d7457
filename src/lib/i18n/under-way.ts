import { area } from "./area.ts"

/** What git has begun in a loop and waits to be told how to go on with. */
export const underWayWords = area(
  {
    rebase: "A rebase is under way.",
    merge: "A merge is under way.",
    cherryPick: "A cherry-pick is under way.",
    revert: "A revert is under way.",
    hint: "Resolve what is in conflict, stage it, then continue; or abort, and everything is as it was before it began.",
    goOn: "Continue",
    abort: "Abort",
    askAgent: "Ask the agent",
    message: (operation: string) =>
      `A git ${operation} is under way here and has conflicts or waits. Please look at it, resolve the conflicts in the spirit of both sides, and finish it. Tell me what you decided, and ask me where it is not clear.`,
  },
  {
    rebase: "变基正在进行。",
    merge: "合并正在进行。",
    cherryPick: "拣选正在进行。",
    revert: "还原正在进行。",
    hint: "请解决冲突并暂存，然后继续；也可以中止，一切恢复到开始之前。",
    goOn: "继续",
    abort: "中止",
    askAgent: "请智能体处理",
    message: (operation: string) =>
      `这里有一个 git ${operation} 正在进行，存在冲突或在等待。请查看并兼顾双方的意图解决冲突，然后完成它。告诉我你的决定，不清楚的地方请问我。`,
  },
)
