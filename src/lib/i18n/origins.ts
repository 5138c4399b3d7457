import { area } from "./area.ts"

/** What a loop is made from: on the new-loop page, as its title, and as the words it begins with. */
export const originWords = area(
  {
    editAbout: (place: string) => `This loop changes ${place}.`,
    editTitle: (place: string) => `edit ${place}`,
    editMessage: (file: string) => `Please change ${file}\n\nWhat should change: `,
    distillAbout: (name: string) =>
      `This loop looks for what is worth keeping in “${name}”. Its agent waits until you say what to look for.`,
    distillTitle: (name: string) => `distill: ${name}`,
    distillPrivate: "The material is private, so this loop is, too.",
    mergeAbout: (place: string) => `This loop merges ${place}.`,
    mergeBranch: (shelf: string, branch: string) => `the proposal ${branch} with ${shelf}`,
    mergeOutside: (shelf: string) => `what was changed outside with ${shelf}`,
    mergeTitle: (shelf: string, what: string) => `merge ${shelf}: ${what}`,
    outside: "outside",
    mergeMessage: (folder: string, branch: string, trunk: string) =>
      `In ${folder}, please merge a proposal that conflicts:\n\n1. git fetch origin\n2. git merge origin/${trunk}\n3. git merge origin/${branch}, keeping what both sides mean\n4. git push origin HEAD\n\nThe push is a new proposal that holds both. Then say in a few sentences how you joined them.`,
    mergeOutsideMessage: ({ folder, commit, trunk, push }: Record<"folder" | "commit" | "trunk" | "push", string>) =>
      `In ${folder}, what is here and what was changed outside do not merge by themselves. Please join them:\n\n1. git fetch origin\n2. git merge origin/${trunk}\n3. git merge --allow-unrelated-histories ${commit} (the newest commit outside; it is here already), keeping what both sides mean\n4. ${push}\n\nThen say in a few sentences how you joined them.`,
    resolveAbout: (place: string) => `This loop joins your text of ${place} with what others saved meanwhile.`,
    resolveTitle: (place: string) => `resolve ${place}`,
    resolveMessage: (file: string) =>
      `My text of ${file} collided with what somebody else saved.\n\n- held/mine is my text\n- held/base is what I began from; it is empty where there was none\n- ${file} is the page as it is now\n\nPlease join them in ${file}, keeping what both sides mean, then promote it. The files in held/ stay as they are.`,
    crossAbout:
      "This loop can read what was said and used in all loops of the workspace that are not private. Only you can see it.",
    crossTitle: (date: string) => `all loops: ${date}`,
    gone: "What this loop was to be made from is not there any more, or you may not read it. Open a new loop without it.",
    noCommand:
      "A command with ! is run in a loop that is there. Create the loop without it, then write the command there.",
    brokenSourceGone:
      "What this loop was to be made from is not there any more, or you may not read it any more. Delete this loop.",
    noRepository: "This loop begins with its material and takes no repository. Choose none.",
    waits: "There is no first message: write what to look for when the loop is open.",
    distill: "Distill…",
    openCrossLoop: "Open a loop over all loops",
  },
  {
    editAbout: (place: string) => `此 Loop 用于修改 ${place}。`,
    editTitle: (place: string) => `edit ${place}`,
    editMessage: (file: string) => `请修改 ${file}\n\n要改什么：`,
    distillAbout: (name: string) => `此 Loop 从“${name}”中找出值得保留的内容。智能体会等你说明要找什么。`,
    distillTitle: (name: string) => `distill: ${name}`,
    distillPrivate: "素材是私有的，因此此 Loop 也是私有的。",
    mergeAbout: (place: string) => `此 Loop 用于合并${place}。`,
    mergeBranch: (shelf: string, branch: string) => `提议 ${branch} 与 ${shelf}`,
    mergeOutside: (shelf: string) => `外部的更改与 ${shelf}`,
    mergeTitle: (shelf: string, what: string) => `merge ${shelf}: ${what}`,
    outside: "外部",
    mergeMessage: (folder: string, branch: string, trunk: string) =>
      `请在 ${folder} 中合并一个有冲突的提议：\n\n1. git fetch origin\n2. git merge origin/${trunk}\n3. git merge origin/${branch}，保留双方的含义\n4. git push origin HEAD\n\n推送后会成为包含双方内容的新提议。然后用几句话说明你是如何合并的。`,
    mergeOutsideMessage: ({ folder, commit, trunk, push }: Record<"folder" | "commit" | "trunk" | "push", string>) =>
      `${folder} 中，这里的内容与外部的更改无法自动合并。请将它们合并：\n\n1. git fetch origin\n2. git merge origin/${trunk}\n3. git merge --allow-unrelated-histories ${commit}（外部的最新提交，已在这里），保留双方的含义\n4. ${push}\n\n然后用几句话说明你是如何合并的。`,
    resolveAbout: (place: string) => `此 Loop 把你对 ${place} 的修改与其他人保存的内容合并。`,
    resolveTitle: (place: string) => `resolve ${place}`,
    resolveMessage: (file: string) =>
      `我对 ${file} 的修改与其他人保存的内容冲突。\n\n- held/mine 是我的文本\n- held/base 是我开始时的文本；如果当时没有则为空\n- ${file} 是现在的页面\n\n请在 ${file} 中合并，保留双方的含义，然后提交（promote）。held/ 中的文件保持不变。`,
    crossAbout: "此 Loop 可以读取工作区中所有非私有 Loop 的对话和用量。只有你能看到它。",
    crossTitle: (date: string) => `all loops: ${date}`,
    gone: "此 Loop 的素材已不存在，或者你无权读取。请不带素材新建 Loop。",
    noCommand: "以 ! 开头的命令在已有的 Loop 中运行。请先新建 Loop，再在其中输入命令。",
    brokenSourceGone: "此 Loop 的素材已不存在，或者你已无权读取。请删除此 Loop。",
    noRepository: "此 Loop 以素材开始，不带代码仓库。请选择“无”。",
    waits: "没有第一条消息：打开 Loop 后再写要找什么。",
    distill: "提炼…",
    openCrossLoop: "打开查看所有 Loop 的 Loop",
  },
)
