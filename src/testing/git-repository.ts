import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

/** A repository outside the program, as somebody's host has it: `app.git` on branch `trunk` with a tag. */
export interface OutsideRepository {
  path: string
  /** Commits files on the branch that is checked out and returns the commit. */
  commit(files: Record<string, string>, message?: string): Promise<string>
  git(...args: string[]): Promise<string>
}

export async function outsideRepository(folder: string, files: Record<string, string>): Promise<OutsideRepository> {
  await mkdir(folder, { recursive: true })
  const git = (...args: string[]) => run(folder, args)
  await git("init", "--quiet", "--initial-branch=trunk")
  const repository: OutsideRepository = {
    path: folder,
    git,
    async commit(changes, message = "Change") {
      for (const [name, content] of Object.entries(changes)) {
        await mkdir(dirname(join(folder, name)), { recursive: true })
        await writeFile(join(folder, name), content)
      }
      await git("add", "--all")
      await git("-c", "user.name=Outside", "-c", "user.email=o@example.org", "commit", "--quiet", "-m", message)
      return (await git("rev-parse", "HEAD")).trim()
    },
  }
  if (Object.keys(files).length > 0) await repository.commit(files, "First")
  return repository
}

async function run(cwd: string, args: string[]): Promise<string> {
  const child = Bun.spawn(["git", ...args], { cwd, stdout: "pipe", stderr: "pipe" })
  const [text, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${errors}`)
  return text
}
