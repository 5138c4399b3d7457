import { area } from "./area.ts"

type Sentences = Record<string, string>
/** The sentence of a code; one that is not known is told in general. */
const among =
  (sentences: { other: string } & Sentences) =>
  (code: string): string =>
    (Object.hasOwn(sentences, code) ? sentences[code] : undefined) ?? sentences.other

/** The tools that a loop's configuration names, where there is something to say of them. */
export const toolsWords = area(
  {
    toolsMaking: "Installing this loop's tools",
    toolsBegin: "Beginning",
    toolsInstalling: (tool: string) => `Installing ${tool}`,
    toolsLinks: "Making them callable",
    toolsStore: "Storing the image",
    toolMissing: (tool: string) => `${tool} could not be installed`,
    toolsMissing: "The tools of this loop could not be installed",
    toolsWithout: "The loop works without the tools that its configuration names.",
    toolsFault: among({
      unreadable: "Their configuration cannot be read: mend it, then try again.",
      "no-installer": "The base image holds no mise: ask an admin to look at Settings → System.",
      "no-network": "Nothing could be downloaded: let this server reach the internet, then try again.",
      "not-installed": "Look below for what mise says, mend the configuration, then try again.",
      timeout: "It took longer than twenty minutes: try again, or name fewer tools.",
      "no-space": "The server's disk is full: ask an admin to make room, then try again.",
      other: "Try again; if it stays so, show the lines below to an admin.",
    }),
    toolsLines: "Last lines",
    toolsWho: "Who set this",
    toolsTeam: "The team, in .loopat/.claude/mise.toml of the knowledge repository.",
    toolsAgain: "Try again",
    toolsReady: "This loop's tools are there by now. Restart its sandbox to use them.",
    toolsRestart: "Restart the sandbox",
  },
  {
    toolsMaking: "正在安装此 Loop 的工具",
    toolsBegin: "开始",
    toolsInstalling: (tool: string) => `正在安装 ${tool}`,
    toolsLinks: "正在生成命令入口",
    toolsStore: "正在保存镜像",
    toolMissing: (tool: string) => `无法安装 ${tool}`,
    toolsMissing: "无法安装此 Loop 的工具",
    toolsWithout: "此 Loop 在没有所配置工具的情况下运行。",
    toolsFault: among({
      unreadable: "工具配置无法读取：请修正后重试。",
      "no-installer": "基础镜像中没有 mise：请管理员查看“设置 → 系统”。",
      "no-network": "无法下载：请让此服务器可以访问互联网，然后重试。",
      "not-installed": "请查看下面 mise 的输出，修正配置后重试。",
      timeout: "用时超过二十分钟：请重试，或减少工具。",
      "no-space": "服务器磁盘已满：请管理员清理空间后重试。",
      other: "请重试；如果仍然失败，请把下面的内容告诉管理员。",
    }),
    toolsLines: "最后几行",
    toolsWho: "由谁设置",
    toolsTeam: "团队，位于知识库的 .loopat/.claude/mise.toml。",
    toolsAgain: "重试",
    toolsReady: "此 Loop 的工具现已就绪。重启沙箱即可使用。",
    toolsRestart: "重启沙箱",
  },
)
