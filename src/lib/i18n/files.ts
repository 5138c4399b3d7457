import { area } from "./area.ts"

/** Browsing, reading and changing the files of a loop. */
export const fileWords = area(
  {
    workdir: "workdir",
    where: "Where you are",
    list: "Files",
    folder: "Folder",
    file: "File",
    link: "Link",
    other: "Special file",
    emptyFolder: "This folder is empty.",
    more: "More",
    showHidden: "Show all",
    hideAgain: "Hide build folders",
  },
  {
    workdir: "工作目录",
    where: "当前位置",
    list: "文件列表",
    folder: "文件夹",
    file: "文件",
    link: "链接",
    other: "特殊文件",
    emptyFolder: "此文件夹为空。",
    more: "更多",
    showHidden: "全部显示",
    hideAgain: "隐藏生成的文件夹",
  },
)
