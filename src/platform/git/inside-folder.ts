/** What is asked of the git inside a sandbox about one folder, in which it is started. */
import { insideGit as git } from "./inside-changes.ts"

/** git-status(1), "Porcelain Format Version 2"; what is untracked or ignored as a whole is one entry. Paths begin at the checkout. */
export const folderStatus = git(
  ...["status", "--porcelain=v2", "-z", "--untracked-files=normal", "--ignored=matching", "--no-renames", "--", "."],
)

/** From the checkout to the folder: empty, or with a slash at its end. */
export const folderPrefix = git("rev-parse", "--show-prefix")
