import { area } from "./area.ts"

/** What people read about a repository that is cloned inside a loop with its driver's own credentials. */
export const directWords = area(
  {
    stepClone: "Clone the repository in the sandbox, with your own credentials",
    brokenDirect: (repo: string) =>
      `${repo} is cloned with your own credentials, and its host did not give it to this loop. What it said is below. Check what lets you in there, then try again.`,
    brokenNoSandbox: (repo: string) =>
      `${repo} is cloned inside the loop's sandbox, which could not be started. Why is below; then try again.`,
  },
  {
    stepClone: "在沙箱中用你自己的凭据克隆代码仓库",
    brokenDirect: (repo: string) =>
      `${repo} 使用你自己的凭据克隆，但其主机没有把它交给此 Loop。主机的回答见下方。请检查你在那里的访问权限，然后重试。`,
    brokenNoSandbox: (repo: string) => `${repo} 在 Loop 的沙箱中克隆，但沙箱无法启动。原因见下方，请处理后重试。`,
  },
)
