import { area } from "./area.ts"

/** By what a loop's history is narrowed down. */
export const historyWords = area(
  { author: "Author", path: "File or folder", noneMatches: "No commit matches. Change or empty the fields above." },
  { author: "作者", path: "文件或文件夹", noneMatches: "没有匹配的提交。请修改或清空上面的字段。" },
)
