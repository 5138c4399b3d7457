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
    locked: "Git is writing here, so nothing else can be staged or committed until it is done:",
    lockLeft:
      "A git that was cut off left its lock (index.lock) behind: until it is removed nothing can be staged or committed. No git runs here now.",
    removeLock: "Remove the lock",
    stillHeld: (holders: string) =>
      `Not removed: git runs here and may need its lock. Wait for it, or end it: ${holders}`,
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
    locked: "git 正在这里写入，完成之前无法暂存或提交其他内容：",
    lockLeft: "被中断的 git 留下了它的锁（index.lock）：移除之前无法暂存或提交。现在这里没有 git 在运行。",
    removeLock: "移除锁",
    stillHeld: (holders: string) => `未移除：这里有 git 在运行，可能需要它的锁。请等待或结束它：${holders}`,
    message: (operation: string) =>
      `这里有一个 git ${operation} 正在进行，存在冲突或在等待。请查看并兼顾双方的意图解决冲突，然后完成它。告诉我你的决定，不清楚的地方请问我。`,
  },
)
