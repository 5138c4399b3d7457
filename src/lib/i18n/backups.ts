import { area } from "./area.ts"

/** What is kept of a loop besides the loop. */
export const backupWords = area(
  {
    tooLarge: (context: string, when: string) =>
      `${context}: what only this loop has of it is too large to be backed up, as was seen ${when}. An earlier backup stays. Promote it, or remove what is large; the next turn backs it up again.`,
  },
  {
    tooLarge: (context: string, when: string) =>
      `${context}：只有此 Loop 拥有的内容过大，无法备份（${when}发现）。此前的备份会保留。请将其提交回上下文，或删除过大的内容；下一轮会重新备份。`,
  },
)
