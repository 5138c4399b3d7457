import type { GitAt } from "../loops/checkouts/git-at.ts"
import type { Clone } from "./git-host.ts"

/** The git of a checkout as a loop's sandbox has it, without the sandbox. */
export const gitInside =
  ({ path }: Pick<Clone, "path">): GitAt =>
  async (argv, env) => {
    const child = Bun.spawn([argv[0], "-c", "user.name=Alice", "-c", "user.email=a@b", ...argv.slice(1)], {
      cwd: path,
      env: { PATH: process.env.PATH ?? "", HOME: path, GIT_CONFIG_NOSYSTEM: "1", ...env },
      stdout: "pipe",
      stderr: "pipe",
    })
    const [out, said] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    const code = await child.exited
    return { ok: code === 0, code, out: out.trim(), said }
  }
