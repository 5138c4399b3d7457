import { tempFolder } from "./temp-folder.ts"

/** An empty repository of this machine's git, for what its output really looks like. */
export interface GitFolder extends AsyncDisposable {
  path: string
  git(args: string[], stdin?: Buffer | string): Promise<{ code: number; out: Buffer; said: string }>
}

export async function gitFolder(): Promise<GitFolder> {
  const temp = await tempFolder()
  const folder: GitFolder = {
    path: temp.path,
    async git(args, stdin = "") {
      const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
      const child = Bun.spawn(["git", ...identity, ...args], {
        cwd: temp.path,
        stdin: Buffer.from(stdin),
        stdout: "pipe",
        stderr: "pipe",
        env: { PATH: process.env.PATH ?? "", HOME: temp.path, GIT_CONFIG_NOSYSTEM: "1" },
      })
      const [out, said, code] = await Promise.all([
        new Response(child.stdout).bytes(),
        new Response(child.stderr).text(),
        child.exited,
      ])
      return { code, out: Buffer.from(out), said }
    },
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  }
  await folder.git(["init", "--quiet", "--initial-branch=main"])
  return folder
}
