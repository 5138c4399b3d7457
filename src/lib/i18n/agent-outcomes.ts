import { amongKnown, amongSaid } from "./among.ts"
import { area } from "./area.ts"

/** The words of a step; one that is not known is the start itself. */
const step =
  (sentences: { container: string } & Record<string, string>) =>
  (name: string): string =>
    amongKnown(sentences)(name, sentences.container)

/** What ended or held up the agent's work, and what to do. Reasons without a sentence here show the stored one. */
export const agentOutcomes = area(
  {
    failure: amongKnown({
      "not-prepared": "This loop is not ready yet. Your message is kept: try again in a moment.",
      "no-provider": "No model can be used. Your message is kept: add a provider or its key, then try again.",
      "podman-missing":
        "This server cannot start sandboxes, because podman is missing. Your message is kept. Ask an administrator to install it (Settings → System says how), then try again.",
      "podman-old":
        "This server cannot start sandboxes, because its podman is too old. Your message is kept. Ask an administrator for podman 4.3 or newer, then try again.",
      "podman-broken":
        "This server cannot start sandboxes, because podman does not work. Your message is kept. An administrator finds the reason under Settings → System; then try again.",
      "ids-missing":
        "This server cannot start sandboxes, because its user has no subordinate ids. Your message is kept. Ask an administrator to add them (Settings → System says how), then try again.",
      "path-long":
        "This server cannot start sandboxes, because the path of its workspace is too long. Your message is kept. An administrator finds what helps under Settings → System; then try again.",
      "no-user-network":
        "This server cannot give the sandbox a network. Your message is kept. An administrator finds what helps under Settings → System; then try again.",
      "no-tunnel":
        "This server cannot give the sandbox a network. Your message is kept. An administrator finds what helps under Settings → System; then try again.",
      "image-missing":
        "The sandbox image could not be made on this server. Your message is kept. An administrator finds each reason and what helps under Settings → System; then try again.",
      "agent-missing":
        "The agent's program could not be had on this server. Your message is kept. An administrator finds the reason under Settings → System; then try again.",
      "loop-disk-full":
        "This loop has used up the disk space that it may have. Your message is kept: remove files in the terminal or under Files, or ask an administrator for more, then try again.",
      "no-space": "The disk is full. Your message is kept: free some space, then try again.",
      "no-memory":
        "There is not enough memory for another sandbox. Your message is kept: stop another loop, then try again.",
      "start-failed": "The sandbox did not start. Your message is kept: try again. The details say what went wrong.",
      "link-failed": "The sandbox started but could not be reached. Your message is kept: try again.",
      "link-version":
        "This server's program was replaced while it runs, and new sandboxes already have the new one. Your message is kept. Ask an administrator to restart the server, then try again.",
      stopped: "The sandbox was stopped while it started. Your message is kept: try again.",
      "agent-start": "The agent did not start. Your message is kept: try again. The details say what went wrong.",
      "agent-ended": "The agent ended in the middle of its work. What it did so far is kept: continue when you like.",
      "agent-flood":
        "The agent said far more than anybody could read and was ended. What it said before is kept: continue when you like, perhaps with a narrower task.",
      "server-restarted":
        "The server was restarted and the agent did not survive it. What it did so far is kept: continue when you like.",
      "sandbox-outdated":
        "The server was updated, and the sandbox's older program could not be spoken to any more: it is made anew with the next message. What the agent did so far is kept: continue when you like.",
      "agent-error": "The agent stopped because of an error. What it did so far is kept: continue when you like.",
      limit: "The agent reached the limit for one turn. What it did so far is kept: continue when you like.",
      "model-key": "The provider refused the key. Check it in the provider settings, then go on.",
      "model-model": "The provider does not know this model. Choose another in the provider settings, then go on.",
      "model-limit": "The provider's limit is reached. Wait a moment, then go on.",
      "model-credit": "The provider's account has no credit left. Add some, then go on.",
      "model-request": "The provider did not accept the request. The details say why; then go on.",
      "model-unreachable": "The model could not be reached, or broke off. Nothing is lost: go on when it is back.",
    }),
    starting: step({
      image: "Preparing the sandbox image",
      program: "Getting the agent's program",
      tools: "Installing this loop's tools",
      container: "Starting the sandbox",
      link: "Connecting to the sandbox",
      routes: "Closing off the network",
      agent: "Waking the agent",
    }),
    notice: amongSaid(
      {
        "sandbox-vault-moved": (paths) =>
          `Files of this loop's vault took the place of what was in the home. What was there before is kept: ${paths}.`,
        "sandbox-vault-left-out": (paths) =>
          `Not everything of this loop's vault could be put into the home: ${paths}. Mend that in the terminal, then restart the sandbox.`,
      },
      {
        "sandbox-made-room":
          "The sandbox had been idle and was stopped, so that another loop could start. It starts again with the next message.",
        "sandbox-idle":
          "The sandbox was stopped, because nothing had happened in it for a while. It starts again with the next message.",
        "memory-lost":
          "The agent's own record of this conversation is gone. It begins anew and does not know what was said before.",
        "malformed-output":
          "The agent printed something that is no message. It is kept in the transcript and does not disturb the work.",
        "malformed-flood":
          "The agent keeps printing what is no message; no more of it is kept. If the work does not go on, stop it and send the message again.",
        "turn-not-kept":
          "What turns change is not kept in this loop for now: more than 20,000 files or 256 MiB are in no commit, or reading them takes too long. Commit them, or let .gitignore leave them out.",
      },
    ),
    waitsForPlace: (place: string) => `Waiting for a free place: number ${place} in line`,
    nothingLost: "Nothing is lost: your message and everything done so far are kept.",
    compacted: "Earlier conversation was summarised for the agent",
    reset: "The agent begins a new conversation here",
    continueText: "Go on from where you were interrupted.",
    heldPreparing: "The loop is being prepared. The messages are delivered when it is ready.",
    heldBroken: "The loop could not be prepared. The messages are kept until that is mended.",
    heldArchived: "The loop is archived. Restore it to deliver the messages.",
    heldOffered: "The loop is offered to another driver. The messages are kept.",
    heldStopping: "The server is stopping. The messages are delivered when it is back.",
    heldStalled: "Delivery waits after the failure above. Try again, or send another message.",
    refusedViewer: (driver: string) => `${driver} drives this loop. You can read along.`,
    refusedArchived: "This loop is archived. Restore it to go on.",
    refusedOffered: "This loop is offered to another driver.",
    refusedGone: "This loop was deleted.",
    queueFull: "20 messages are waiting already. Remove one, or wait until the agent took one up.",
    modeChanged: (name: string, mode: string) =>
      mode === "default" ? `${name} chose: ask first` : `${name} chose: full speed`,
    hostAllowed: (name: string, host: string) => `${name} lets this loop reach ${host}`,
    hostForgotten: (name: string, host: string) => `${name} no longer lets this loop reach ${host}`,
    alreadyStarted: "The agent has begun with this message already. Stop it if it should not go on.",
    notInQueue: "This message is not waiting any more. The page shows what waits now.",
    editTooLate: "This message is not waiting any more. What you wrote is in the message field: send it on its own.",
    noSpace:
      "The message could not be kept, because the disk is full or cannot be written. Free some space or look after the disk, then send it again.",
    answeredBefore: (name: string) => `${name} has answered already.`,
    askGone: "This question is not open any more.",
    answerIncomplete: "Choose an answer for each question first.",
    diskRefuses: "The disk is full or cannot be written. Make room: the work then goes on by itself.",
    retrying: (attempt: number, of: number) => `The model did not answer, retrying (${attempt} of ${of})`,
  },
  {
    failure: amongKnown({
      "not-prepared": "此 Loop 尚未就绪。消息已保留，请稍后重试。",
      "no-provider": "没有可用的模型。消息已保留：请添加模型服务或其密钥，然后重试。",
      "podman-missing":
        "此服务器缺少 podman，无法启动沙箱。消息已保留。请管理员安装（方法见“设置 → 系统”），然后重试。",
      "podman-old": "此服务器的 podman 过旧，无法启动沙箱。消息已保留。请管理员安装 podman 4.3 或更新版本，然后重试。",
      "podman-broken":
        "此服务器的 podman 无法工作，不能启动沙箱。消息已保留。管理员可在“设置 → 系统”查看原因，然后重试。",
      "ids-missing":
        "此服务器的用户没有从属 ID，无法启动沙箱。消息已保留。请管理员添加（方法见“设置 → 系统”），然后重试。",
      "path-long":
        "此服务器的工作区路径过长，无法启动沙箱。消息已保留。管理员可在“设置 → 系统”查看解决办法，然后重试。",
      "no-user-network": "此服务器无法为沙箱提供网络。消息已保留。管理员可在“设置 → 系统”查看解决办法，然后重试。",
      "no-tunnel": "此服务器无法为沙箱提供网络。消息已保留。管理员可在“设置 → 系统”查看解决办法，然后重试。",
      "image-missing":
        "此服务器无法制作沙箱镜像。消息已保留。管理员可在“设置 → 系统”查看每个原因和解决办法，然后重试。",
      "agent-missing": "此服务器无法获得智能体程序。消息已保留。管理员可在“设置 → 系统”查看原因，然后重试。",
      "loop-disk-full":
        "此 Loop 已用完可用的磁盘空间。消息已保留：请在终端或“文件”中移除一些文件，或向管理员申请更多空间，然后重试。",
      "no-space": "磁盘已满。消息已保留：请腾出空间后重试。",
      "no-memory": "内存不足，无法再启动一个沙箱。消息已保留：请停止其他 Loop 后重试。",
      "start-failed": "沙箱未能启动。消息已保留，请重试。详情说明了原因。",
      "link-failed": "沙箱已启动但无法连接。消息已保留，请重试。",
      "link-version":
        "此服务器的程序在运行时被替换，新沙箱使用的已是新程序。消息已保留。请管理员重启服务器，然后重试。",
      stopped: "沙箱在启动时被停止。消息已保留，请重试。",
      "agent-start": "智能体未能启动。消息已保留，请重试。详情说明了原因。",
      "agent-ended": "智能体在工作中途结束。已完成的内容都已保留，可随时继续。",
      "agent-flood": "智能体输出的内容远超可读范围，已被终止。之前的内容已保留，可随时继续，建议缩小任务范围。",
      "server-restarted": "服务器已重启，智能体未能保留。已完成的内容都已保留，可随时继续。",
      "sandbox-outdated":
        "服务器已更新，无法再与沙箱中的旧程序通信：下一条消息会重新创建沙箱。智能体已完成的内容都已保留，可随时继续。",
      "agent-error": "智能体因错误停止。已完成的内容都已保留，可随时继续。",
      limit: "智能体达到了单轮上限。已完成的内容都已保留，可随时继续。",
      "model-key": "模型服务拒绝了密钥。请在模型服务设置中检查，然后继续。",
      "model-model": "模型服务没有这个模型。请在设置中选择其他模型，然后继续。",
      "model-limit": "已达到模型服务的限额。请稍候再继续。",
      "model-credit": "模型服务账户余额不足。请充值后继续。",
      "model-request": "模型服务未接受请求，详情说明了原因；之后可以继续。",
      "model-unreachable": "无法连接模型，或连接中断。没有丢失任何内容，恢复后可继续。",
    }),
    starting: step({
      image: "正在准备沙箱镜像",
      program: "正在获取智能体程序",
      tools: "正在安装此 Loop 的工具",
      container: "正在启动沙箱",
      link: "正在连接沙箱",
      routes: "正在隔离网络",
      agent: "正在唤醒智能体",
    }),
    notice: amongSaid(
      {
        "sandbox-vault-moved": (paths) => `此 Loop 的保险库文件取代了主目录中原有的内容。原有内容保留在：${paths}。`,
        "sandbox-vault-left-out": (paths) =>
          `此 Loop 的保险库中有内容无法放入主目录：${paths}。请在终端中处理，然后重新启动沙箱。`,
      },
      {
        "sandbox-made-room": "沙箱处于空闲，已停止以便其他 Loop 启动。收到下一条消息时会重新启动。",
        "sandbox-disk-near": "此 Loop 已用掉可用磁盘空间的五分之四。请移除不需要的内容，或向管理员申请更多空间。",
        "sandbox-disk-full":
          "此 Loop 已用完可用的磁盘空间，智能体因此暂停。请在终端或“文件”中移除一些文件，或向管理员申请更多空间，然后发送消息。",
        "sandbox-memory":
          "此 Loop 中的一个程序使用的内存超过上限，已被系统结束。请让它一次少做一些，或向管理员申请更多内存。",
        "sandbox-processes": "此 Loop 的进程数已达上限，无法再启动新的进程。请在终端中结束一些，或重新启动沙箱。",
        "sandbox-idle": "沙箱已有一段时间没有活动，因此已停止。收到下一条消息时会重新启动。",
        "memory-lost": "智能体自己的对话记录已丢失。它将重新开始，不知道之前说过什么。",
        "malformed-output": "智能体输出了无法识别的内容。该内容已保留在记录中，不影响工作。",
        "malformed-flood": "智能体不断输出无法识别的内容，后续不再保留。如果工作没有进展，请停止后重新发送消息。",
        "turn-not-kept":
          "此 Loop 暂时不保留每轮的改动：未提交的文件超过 20,000 个或 256 MiB，或读取时间过长。请提交这些文件，或在 .gitignore 中排除。",
      },
    ),
    waitsForPlace: (place: string) => `正在等待空位：排在第 ${place} 位`,
    nothingLost: "没有丢失任何内容：你的消息和已完成的工作都已保留。",
    compacted: "已为智能体总结之前的对话",
    reset: "智能体从这里开始新的对话",
    continueText: "请从中断的地方继续。",
    heldPreparing: "Loop 正在准备中，就绪后会送达消息。",
    heldBroken: "Loop 未能准备好，消息会保留到问题解决。",
    heldArchived: "Loop 已归档。恢复后会送达消息。",
    heldOffered: "Loop 已提供给其他驾驶者，消息会保留。",
    heldStopping: "服务器正在停止，恢复后会送达消息。",
    heldStalled: "上方的失败之后暂停送达。请重试，或再发送一条消息。",
    refusedViewer: (driver: string) => `${driver} 驾驶此 Loop。你可以旁观。`,
    refusedArchived: "此 Loop 已归档。恢复后才能继续。",
    refusedOffered: "此 Loop 已提供给其他驾驶者。",
    refusedGone: "此 Loop 已删除。",
    queueFull: "已有 20 条消息在等待。请移除一条，或等智能体开始处理。",
    modeChanged: (name: string, mode: string) =>
      mode === "default" ? `${name} 选择了“先询问”` : `${name} 选择了“全速”`,
    hostAllowed: (name: string, host: string) => `${name} 允许此循环访问 ${host}`,
    hostForgotten: (name: string, host: string) => `${name} 不再允许此循环访问 ${host}`,
    alreadyStarted: "智能体已开始处理这条消息。如不需要继续，可以停止它。",
    notInQueue: "这条消息已不在等待。页面上是现在等待的消息。",
    editTooLate: "这条消息已不在等待。你写的文字在消息框中，可以单独发送。",
    noSpace: "磁盘已满或无法写入，消息未能保存。请腾出空间或检查磁盘后重新发送。",
    answeredBefore: (name: string) => `${name} 已经回答了。`,
    askGone: "这个问题已不再需要回答。",
    answerIncomplete: "请先为每个问题选择答案。",
    diskRefuses: "磁盘已满或无法写入。请腾出空间，之后会自动继续。",
    retrying: (attempt: number, of: number) => `模型没有回应，正在重试（${attempt}/${of}）`,
  },
)
