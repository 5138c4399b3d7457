import { area } from "./area.ts"

/** What people read about saving the work of a loop before it goes. */
export const farewellWords = area(
  {
    saveTitle: "Save first",
    saveLead:
      "Take the work with you as one file: every commit that is nowhere else, and everything that is in no commit yet as one more commit.",
    download: "Download the work",
    afterwards: "In a clone of the repository this brings it back:",
    leftOut: "Files that git ignores and repositories inside the folder are not in it.",
    whole: "Download the whole folder",
    push: "Commit and push in Changes",
    noRepository: "The folder has no repository: the file is an archive of everything in it.",
  },
  {
    saveTitle: "先保存",
    saveLead: "把工作作为一个文件带走：所有不在其他任何地方的提交，以及尚未提交的一切（作为额外的一个提交）。",
    download: "下载这些工作",
    afterwards: "在该仓库的克隆中，用以下命令取回：",
    leftOut: "git 忽略的文件和文件夹内的其他仓库不在其中。",
    whole: "下载整个文件夹",
    push: "在“改动”中提交并推送",
    noRepository: "此文件夹没有仓库：下载的文件是其中全部内容的归档。",
  },
)
