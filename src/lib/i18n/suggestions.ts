import { area } from "./area.ts"

/** What others would have a loop's agent told, and what became of what the loop proposed. */
export const suggestionWords = area(
  {
    title: (count: number) =>
      count === 1
        ? "1 message from somebody else waits for the driver"
        : `${count} messages from others wait for the driver`,
    from: (name: string) => `from ${name}`,
    send: "Send",
    change: "Change, then send",
    text: "What the agent is told",
    drop: "Drop",
    gone: "That message was sent or dropped already.",
    sentBack: (place: string, words: string) =>
      `${words}\n\nWith these words the proposal to ${place} was sent back. Please change it accordingly: commit, git fetch origin, git merge origin/main, then git push origin HEAD.`,
    update: (place: string, trunk: string) =>
      `My proposal to ${place} conflicts with what others changed since. In /loopat/context/${place}, please run git fetch origin and git merge origin/${trunk}, keep what both sides mean, then git push origin HEAD.`,
    proposed: (count: number, place: string) =>
      count === 1
        ? `Proposed 1 commit to ${place}: it waits for a review.`
        : `Proposed ${count} commits to ${place}: they wait for a review.`,
    merged: (place: string, name: string) => `What this loop proposed to ${place} was merged by ${name}.`,
    discarded: (place: string, name: string) => `What this loop proposed to ${place} was discarded by ${name}.`,
    withdrawn: (place: string) => `What this loop proposed to ${place} was withdrawn.`,
    returned: (place: string, name: string) => `What this loop proposed to ${place} was sent back by ${name}.`,
  },
  {
    title: (count: number) => `${count} 条他人的消息等待驾驶者处理`,
    from: (name: string) => `来自 ${name}`,
    send: "发送",
    change: "修改后发送",
    text: "要告诉智能体的内容",
    drop: "不发送",
    gone: "该消息已被发送或丢弃。",
    sentBack: (place: string, words: string) =>
      `${words}\n\n对 ${place} 的提议被退回，意见如上。请据此修改：提交，git fetch origin，git merge origin/main，然后 git push origin HEAD。`,
    update: (place: string, trunk: string) =>
      `我对 ${place} 的提议与他人之后的更改冲突。请在 /loopat/context/${place} 中运行 git fetch origin 和 git merge origin/${trunk}，保留双方的含义，然后 git push origin HEAD。`,
    proposed: (count: number, place: string) => `已向 ${place} 提议 ${count} 个提交，等待审阅。`,
    merged: (place: string, name: string) => `此 Loop 对 ${place} 的提议已由 ${name} 合并。`,
    discarded: (place: string, name: string) => `此 Loop 对 ${place} 的提议已由 ${name} 放弃。`,
    withdrawn: (place: string) => `此 Loop 对 ${place} 的提议已撤回。`,
    returned: (place: string, name: string) => `此 Loop 对 ${place} 的提议已由 ${name} 退回。`,
  },
)
