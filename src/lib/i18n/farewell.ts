import { among } from "./among.ts"
import { area } from "./area.ts"

/** What people read about saving the work of a loop before it goes. */
export const farewellWords = area(
  {
    saveTitle: "Save first",
    saveLead:
      "Commits what is in no commit and brings every commit to a branch of this loop where each part came from: the team's own repositories, or the code's home outside. Nothing of anybody else is moved. What cannot go there you take with you as a file.",
    save: "Save first",
    orTake: "Or take each part with you as one file, with the links above.",
    takeLead:
      "Take each part with you as one file, with the links above. Only the driver of a loop that is not archived can have it brought to a branch.",
    take: (name: string) => `Download the work in ${name}`,
    takeFolder: (name: string) => `Download all of ${name}, which has no repository`,
    afterwards: "In a clone of the repository this brings a file's commits back:",
    leftOut: "Files that git ignores and repositories inside a folder are not saved.",
    suspects: (count: number) => (count === 1 ? "1 file looks like a secret:" : `${count} files look like secrets:`),
    suspect: among({
      name: "by its name",
      stored: "holds a value of a vault",
      aws: "holds an AWS key",
      "private-key": "holds a private key",
      other: "holds a key",
    }),
    secretsLead:
      "What looks like a secret is not saved on a branch, where others may read it: it stays here, and is in the download of its part.",
    saveSecrets: "Save these, too. I have looked at each of them, and whoever reads the branch may read it.",
    keptSecrets: (said: string) =>
      `This was not saved, because it looks like a secret: ${said}. Download the work, or tick “Save these, too” below and save again.`,
    unseenCheckout:
      "This could not be looked into now and may hold work. Personal is seen only while the sandbox runs: open the loop's terminal, or press “Save first”.",
    savedAll: "Everything is saved elsewhere",
    savedSome: "Some work is only here still",
    savedNothing: "There was nothing to save.",
    savedOn: (branch: string) => `Saved on the branch ${branch}.`,
    notSaved: "Nothing was saved, and nothing is lost: the loop is as it was. Try again in a moment.",
    keptLoose: "It has no repository. Download it.",
    keptUnderWay: (said: string) =>
      `Git is in the middle of something here (${said}). Finish it in Changes and save again, or download the work.`,
    keptUncommitted: (said: string) =>
      `What is in no commit could not be committed. Download the work. Git says: ${said}`,
    keptUnpushed: (said: string) => `The commits could not be brought elsewhere. Download the work. Git says: ${said}`,
    keptUnreached: (said: string) => `The sandbox did not answer. Save again in a moment. ${said}`,
    keptLeft: (said: string) => `This was not saved: ${said}. Repositories inside a folder are saved one by one.`,
  },
  {
    saveTitle: "先保存",
    saveLead:
      "把尚未提交的内容提交，并把每个提交推送到其来源处属于此 Loop 的分支：团队自己的仓库，或代码在外部的仓库。不会移动其他任何人的内容。无法推送的部分，您可以作为文件带走。",
    save: "先保存",
    orTake: "或者用上面的链接，把每一部分作为一个文件带走。",
    takeLead: "请用上面的链接，把每一部分作为一个文件带走。只有未归档 Loop 的驱动者才能把它推送到分支。",
    take: (name: string) => `下载 ${name} 中的工作`,
    takeFolder: (name: string) => `下载 ${name} 的全部内容（没有仓库）`,
    afterwards: "在该仓库的克隆中，用以下命令取回文件中的提交：",
    leftOut: "git 忽略的文件和文件夹内的其他仓库不会保存。",
    suspects: (count: number) => `${count} 个文件疑似机密：`,
    suspect: among({
      name: "从名称看",
      stored: "含有保险库中的值",
      aws: "含有 AWS 密钥",
      "private-key": "含有私钥",
      other: "含有密钥",
    }),
    secretsLead: "疑似机密的内容不会保存到他人可能读取的分支上：它留在原处，并包含在所属部分的下载文件中。",
    saveSecrets: "也保存这些。我已逐一查看，可以读取该分支的人可以读取它们。",
    keptSecrets: (said: string) =>
      `以下内容没有保存，因为疑似机密：${said}。请下载这些工作，或在下方勾选“也保存这些”后再次保存。`,
    unseenCheckout:
      "现在无法查看此处，其中可能有工作。“个人”只有在沙箱运行时才能查看：请打开此 Loop 的终端，或按“先保存”。",
    savedAll: "全部内容都已保存到别处",
    savedSome: "仍有工作只在这里",
    savedNothing: "没有需要保存的内容。",
    savedOn: (branch: string) => `已保存到分支 ${branch}。`,
    notSaved: "什么都没有保存，也没有丢失任何内容：Loop 保持原样。请稍后再试。",
    keptLoose: "此处没有仓库。请下载。",
    keptUnderWay: (said: string) => `git 正在此处进行某项操作（${said}）。请在“改动”中完成后再次保存，或下载这些工作。`,
    keptUncommitted: (said: string) => `尚未提交的内容无法提交。请下载这些工作。git 的说明：${said}`,
    keptUnpushed: (said: string) => `提交无法推送到别处。请下载这些工作。git 的说明：${said}`,
    keptUnreached: (said: string) => `沙箱没有回应。请稍后再次保存。${said}`,
    keptLeft: (said: string) => `以下内容没有保存：${said}。文件夹内的仓库需要逐个保存。`,
  },
)
