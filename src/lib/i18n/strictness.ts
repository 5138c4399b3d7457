import { area } from "./area.ts"

type Hardening = "standard" | "strict" | "nested"
type Network = "open" | "allow-list" | "gateway-only"

/** What people read about how strict a loop is, and about asking for more than it may. */
export const strictnessWords = area(
  {
    title: "How strict this loop is",
    lead: "A loop may be stricter than its workspace, never looser. A choice holds from the next start of the sandbox on.",
    hardening: "Hardening",
    standard: "Standard",
    standardHint: "Programs may become administrator of the sandbox with sudo, to install what is missing.",
    strict: "Strict",
    strictHint: "For code that nobody trusts: no sudo, no capabilities, the system's files cannot be changed.",
    nested: "Containers inside",
    nestedHint:
      "Standard, and podman works in the loop: its programs may make namespaces of their own, which opens more of the kernel to them. Containers share the loop's network and limits.",
    nestedWorks: "podman can start them here",
    nestedMissing: "there is no podman in this sandbox; install it with: sudo apt-get install podman uidmap",
    nestedFails: (detail: string) =>
      `podman cannot start them here: ${detail}. An admin looks after the machine's kernel settings.`,
    byWorkspace: "Strict, as the workspace's settings say. A loop cannot loosen that.",
    network: "This loop may reach",
    onlyGateway: "Nothing but the model and this server's own git, as the workspace's settings say.",
    apply: "Set how strict",
    set: "Noted. Restart the sandbox to apply it; while it rests, the next start does.",
    looserHardening:
      "The workspace's sandboxes are strict, and a loop cannot loosen that. An admin sets it in config.json.",
    badge: "Containers inside",
    looserNetwork: "The workspace allows its loops less than that. An admin changes it under Settings → Network.",
    changed: (name: string, hardening: Hardening, network: Network) => {
      const reach = { open: "the internet", "allow-list": "listed hosts only", "gateway-only": "nothing" }[network]
      const how = { standard: "standard", strict: "strict", nested: "standard with containers inside" }[hardening]
      return `${name} chose for this loop: hardening ${how}, may reach ${reach}`
    },
    tellAdmin: "What to tell an admin",
    tellText: (places: string, address: string) =>
      `Please let loops reach ${places} (Settings → Network). A loop needs it: ${address}`,
    tellInside:
      "Names that lead to this machine or its network are not let through by name. An admin can list the address itself, if it is not this machine's own.",
  },
  {
    title: "此 Loop 的严格程度",
    lead: "Loop 可以比工作区更严格，但不能更宽松。选择在沙箱下次启动时生效。",
    hardening: "加固",
    standard: "标准",
    standardHint: "程序可以用 sudo 成为沙箱内的管理员，以便安装缺少的内容。",
    strict: "严格",
    strictHint: "适用于不可信的代码：没有 sudo，没有特权能力，系统文件无法更改。",
    nested: "可运行容器",
    nestedHint:
      "标准加固，并且 podman 可在 Loop 中使用：程序可以创建自己的命名空间，因而能接触内核的更多部分。容器共用此 Loop 的网络和限额。",
    nestedWorks: "podman 可以在这里启动容器",
    nestedMissing: "此沙箱中没有 podman；可用以下命令安装：sudo apt-get install podman uidmap",
    nestedFails: (detail: string) => `podman 无法在这里启动容器：${detail}。请管理员检查这台机器的内核设置。`,
    byWorkspace: "严格，由工作区设置决定。Loop 不能放宽。",
    network: "此 Loop 可以访问",
    onlyGateway: "仅限模型和本服务器自己的 git，由工作区设置决定。",
    apply: "设置严格程度",
    set: "已记录。重新启动沙箱即可生效；如果沙箱正在休息，则在下次启动时生效。",
    looserHardening: "工作区不允许其 Loop 使用这种加固。管理员可在 config.json 中设置。",
    badge: "可运行容器",
    looserNetwork: "工作区允许其 Loop 访问的范围比这更小。管理员可在“设置 → 网络”中更改。",
    changed: (name: string, hardening: Hardening, network: Network) => {
      const reach = { open: "互联网", "allow-list": "仅限列出的主机", "gateway-only": "不可访问" }[network]
      const how = { standard: "标准加固", strict: "严格加固", nested: "标准加固并可运行容器" }[hardening]
      return `${name} 为此循环选择：${how}，可以访问：${reach}`
    },
    tellAdmin: "可以这样告诉管理员",
    tellText: (places: string, address: string) =>
      `请允许 Loop 访问 ${places}（设置 → 网络）。有一个 Loop 需要它：${address}`,
    tellInside: "指向本机或其所在网络的名称不能按名称放行。如果不是本机自己的地址，管理员可以直接列出该地址。",
  },
)
