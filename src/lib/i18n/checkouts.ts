import { area } from "./area.ts"

/** What people read where they choose one of a loop's checkouts. */
export const checkoutWords = area(
  {
    checkout: "Checkout",
    look: "Look",
    changed: (count: number) => `${count} changed`,
    changedWord: "changed",
    notShared: "Not shared yet",
    share: "Share with the team",
    keep: "Keep in Personal",
    propose: "Propose",
    shared: "Shared: Notes has it now, and every new loop begins with it.",
    kept: "Kept: your Personal has it now, and your new loops begin with it.",
    proposed: "Proposed: it waits under Context → Proposals until somebody merges it into Knowledge.",
    nothingToShare: "There was nothing new to share. What is in no commit is not shared: commit it first.",
    vaultFile: "A vault's file. It is only named here: its content is encrypted and nobody's to read.",
    asleep: "Personal is seen in the running sandbox only",
    asleepHint:
      "It is its driver's alone, so the sandbox that people look with does not have it. Start the loop's own.",
  },
  {
    checkout: "检出目录",
    look: "查看",
    changed: (count: number) => `${count} 个改动`,
    changedWord: "个改动",
    notShared: "尚未共享",
    share: "与团队共享",
    keep: "保存到“个人”",
    propose: "提议",
    shared: "已共享：“笔记”中已有这些内容，之后的新 Loop 都从它开始。",
    kept: "已保存：您的“个人”中已有这些内容，您之后的新 Loop 都从它开始。",
    proposed: "已提议：在“上下文 → 提议”中等待，直到有人将其合并到“知识”。",
    nothingToShare: "没有新的内容可共享。未提交的内容不会被共享：请先提交。",
    vaultFile: "保险库中的文件。这里只显示名称：其内容已加密，任何人都不应在此阅读。",
    asleep: "“个人”只能在运行中的沙箱里查看",
    asleepHint: "它只属于驱动者，因此供人查看的沙箱中没有它。请启动此 Loop 自己的沙箱。",
  },
)
