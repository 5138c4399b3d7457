import { area } from "./area.ts"

/** What people read about a loop's history and branches, besides the words of all its changes. */
export const historyWords = area(
  {
    author: "Author",
    path: "File or folder",
    noneMatches: "No commit matches. Change or empty the fields above.",
    amend: "Into the last commit; without a message it keeps its own",
    notAmendable:
      "The last commit is on a remote already, or there is none: changing it would leave others with two. Make a new commit instead.",
    ownRepository: (paths: string) =>
      `Not discarded: ${paths} is a repository of its own, whose content cannot be kept here first. Open a terminal and use git in that folder.`,
    loopsOwn: "this loop's",
    rename: "Rename",
    renameBranch: (name: string) => `Rename ${name}`,
    newName: "New name",
    remove: "Delete",
    removeBranch: (name: string) => `Delete ${name}`,
    force: "Also when its commits are nowhere else",
    ownBranch: "This is the loop's own branch, by which others find its work. It keeps its name, and stays.",
    nameTaken: "There is a branch of that name already. Choose another name.",
    onlyHere:
      "Not deleted: it has commits that are on no other branch. Push or merge it, or tick “Also when its commits are nowhere else”.",
    more: (name: string) => `More about ${name}`,
  },
  {
    author: "作者",
    path: "文件或文件夹",
    noneMatches: "没有匹配的提交。请修改或清空上面的字段。",
    amend: "并入上一个提交；不填说明则沿用原来的",
    notAmendable: "上一个提交已在远程仓库中，或者还没有提交：修改它会让别人看到两份。请改为新建提交。",
    ownRepository: (paths: string) =>
      `未放弃：${paths} 是独立的仓库，其内容无法先保留在这里。请打开终端，在该文件夹中使用 git。`,
    loopsOwn: "此 Loop 的",
    rename: "重命名",
    renameBranch: (name: string) => `重命名 ${name}`,
    newName: "新名称",
    remove: "删除",
    removeBranch: (name: string) => `删除 ${name}`,
    force: "即使其提交不在其他任何地方",
    ownBranch: "这是此 Loop 自己的分支，其他人由此找到它的工作。它保留名称，不能删除。",
    nameTaken: "已有同名分支。请换一个名称。",
    onlyHere: "未删除：它有不在其他分支上的提交。请先推送或合并，或勾选“即使其提交不在其他任何地方”。",
    more: (name: string) => `关于 ${name} 的更多操作`,
  },
)
