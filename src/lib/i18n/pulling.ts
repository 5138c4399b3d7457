import { area } from "./area.ts"

/** Bringing a loop's checkout of a context to what is newest. */
export const pullingWords = area(
  {
    pull: "Pull now",
    pullNamed: (context: string) => `Pull now: ${context}`,
    pulled: (context: string, count: number) =>
      count === 1
        ? `1 commit of ${context} came into this loop.`
        : `${count} commits of ${context} came into this loop.`,
    newest: (context: string) => `${context} is the newest already.`,
    dirty: (context: string) =>
      `Nothing was pulled: ${context} holds changes here that are in no commit. Ask the agent to commit and merge origin/main.`,
    diverged: (context: string) =>
      `Nothing was pulled: ${context} has commits of its own here. Ask the agent to merge origin/main.`,
    elsewhere: (context: string) =>
      `Nothing was pulled: another branch is checked out in ${context}. Ask the agent to go back to its own.`,
    refused: (context: string, said: string) => `Nothing was pulled into ${context}. Git said: ${said}`,
    notPlaced: "Nothing was pulled: the sandbox did not start. Try again; if it stays so, look at Settings → System.",
  },
  {
    pull: "立即拉取",
    pullNamed: (context: string) => `立即拉取：${context}`,
    pulled: (context: string, count: number) => `${context} 的 ${count} 个提交已进入此 Loop。`,
    newest: (context: string) => `${context} 已是最新。`,
    dirty: (context: string) => `未拉取：此处的 ${context} 有未提交的更改。请让智能体提交并合并 origin/main。`,
    diverged: (context: string) => `未拉取：此处的 ${context} 有自己的提交。请让智能体合并 origin/main。`,
    elsewhere: (context: string) => `未拉取：${context} 中检出了其他分支。请让智能体切回自己的分支。`,
    refused: (context: string, said: string) => `未能拉取到 ${context}。git 的输出：${said}`,
    notPlaced: "未拉取：沙箱没有启动。请重试；如仍然如此，请查看“设置 → 系统”。",
  },
)
