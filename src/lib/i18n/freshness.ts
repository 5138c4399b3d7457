import { area } from "./area.ts"

/** From which version of the contexts a loop begins. */
export const freshnessWords = area(
  {
    advanced: "Advanced: which version of the context",
    lead: "Usually a loop begins with the newest that there is. Choose something else to repeat an earlier loop, or to start without waiting for the network.",
    knowledge: "Knowledge",
    notes: "Notes",
    latest: "The newest, asked for now",
    cached: "What this server has, without asking outside",
    version: "A certain version",
    versionOf: (context: string) => `Version of ${context}`,
    missing: "Write which version: a branch, tag or commit. Or choose the newest.",
    invalid: "That cannot be the name of a branch, tag or commit. Check it for spaces and special characters.",
  },
  {
    advanced: "高级：使用哪个版本的上下文",
    lead: "通常 Loop 从最新内容开始。如需重现之前的 Loop，或不想等待网络，请选择其他选项。",
    knowledge: "知识库",
    notes: "笔记",
    latest: "最新，现在获取",
    cached: "此服务器已有的内容，不访问外部",
    version: "指定版本",
    versionOf: (context: string) => `${context}的版本`,
    missing: "请填写版本：分支、标签或提交。或者选择最新。",
    invalid: "这不能是分支、标签或提交的名称，请检查空格和特殊字符。",
  },
)
