import { area } from "./area.ts"

/** What people read about where loops may go. */
export const networkWords = area(
  {
    refusedTitle: "The network refused something",
    refusedLead: "Programs in this loop asked for places that are not on its list of hosts. They were refused.",
    askedBy: (program: string, times: number) =>
      [program === "" ? "" : `asked by ${program}`, times > 1 ? `${times} times` : ""].filter(Boolean).join(", "),
    leadsInside: "leads to an address of this machine or its network",
    allowHere: "Allow in this loop",
    allowNamed: (host: string) => `Allow in this loop: ${host}`,
    askAdmin: "If the loop needs one of these, ask an admin to list it under Settings → Network.",
    morePlaces: (count: number) => (count === 1 ? "and one more place" : `and ${count} more places`),
    allowed: (host: string) => `This loop may reach ${host} now. The agent can try again.`,
    forgotten: (host: string) => `This loop may no longer reach ${host}.`,
    notPermitted: "In this workspace only an admin lists hosts. Ask one to add it under Settings → Network.",
    notAHost:
      "This is not a host. Write a name such as github.com, everything below one as *.npmjs.org, or an address such as 10.1.0.0/16, if need be with a port as in db.example.org:5432.",
    tooManyHosts: "This loop has 100 hosts of its own. Remove some first, or ask an admin to list them for everyone.",
    networkTitle: "Network",
    networkLead:
      "Where programs in loops may go. Whatever is chosen, the model, git of this server and what comes through the gateway go on working.",
    mode: "Loops may reach",
    modeOpen: "The internet",
    modeOpenHint: "Everything but this machine, link-local and metadata addresses, and the ranges below.",
    modeAllowList: "Listed hosts only",
    modeAllowListHint: "Every other place is refused, and the loop's page says so. Names are looked up by this server.",
    modeGatewayOnly: "Nothing",
    modeGatewayOnlyHint: "Only the model and this server's own git. For code that nobody trusts.",
    hosts: "Hosts",
    hostsHint:
      "One per line: github.com, *.npmjs.org, 10.1.0.0/16. Ports 80, 443 and 22, unless a line names another, as in db.example.org:5432.",
    ranges: "Blocked ranges",
    rangesHint:
      "One per line, such as 10.0.0.0/8. Loops cannot reach these. With a list of hosts, private addresses are closed anyway unless they are listed as addresses.",
    blockCompany: "The usual ranges of a company network are 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7.",
    driversMayAllow: "Drivers may let their own loop reach further hosts",
    driversMayAllowHint:
      "Each such permission is noted in the loop and in the audit. It never goes beyond the choice above.",
    savedNetwork:
      "Saved. Lists hold at once. A stricter choice reaches a running sandbox when it starts again; loops that were made under a stricter one keep it.",
    hostLine: (line: string) =>
      `“${line}” is not a host. Write a name, *. and a name, or an address, if need be with a port.`,
    rangeLine: (line: string) => `“${line}” is not a range. Write an address or a block such as 10.0.0.0/8.`,
    tooManyLines: "More than 1,000 lines. List whole domains as *.example.org instead.",
    modeUnknown: "Choose one of the three.",
  },
  {
    refusedTitle: "网络拒绝了请求",
    refusedLead: "此 Loop 中的程序请求了不在主机列表中的地址，已被拒绝。",
    askedBy: (program: string, times: number) =>
      [program === "" ? "" : `由 ${program} 请求`, times > 1 ? `${times} 次` : ""].filter(Boolean).join("，"),
    leadsInside: "指向本机或其所在网络的地址",
    allowHere: "在此 Loop 中允许",
    allowNamed: (host: string) => `在此 Loop 中允许：${host}`,
    askAdmin: "如果此 Loop 需要其中某个地址，请让管理员在“设置 → 网络”中添加。",
    morePlaces: (count: number) => `另有 ${count} 个地址`,
    allowed: (host: string) => `此 Loop 现在可以访问 ${host}。智能体可以重试。`,
    forgotten: (host: string) => `此 Loop 不再可以访问 ${host}。`,
    notPermitted: "在此工作区中，只有管理员可以添加主机。请让管理员在“设置 → 网络”中添加。",
    notAHost:
      "这不是主机。请写 github.com 这样的名称、*.npmjs.org 这样的整个域，或 10.1.0.0/16 这样的地址；必要时加端口，例如 db.example.org:5432。",
    tooManyHosts: "此 Loop 已有 100 个自己的主机。请先移除一些，或让管理员为所有人添加。",
    networkTitle: "网络",
    networkLead: "Loop 中的程序可以访问哪里。无论如何选择，模型、本服务器的 git 以及经由网关的内容都照常工作。",
    mode: "Loop 可以访问",
    modeOpen: "互联网",
    modeOpenHint: "除本机、链路本地与元数据地址以及下列网段之外的一切。",
    modeAllowList: "仅限列出的主机",
    modeAllowListHint: "其他地址一律拒绝，并在 Loop 页面上说明。名称由本服务器解析。",
    modeGatewayOnly: "不可访问",
    modeGatewayOnlyHint: "仅限模型和本服务器自己的 git。适用于不可信的代码。",
    hosts: "主机",
    hostsHint:
      "每行一个：github.com、*.npmjs.org、10.1.0.0/16。端口为 80、443 和 22，除非该行另有指定，例如 db.example.org:5432。",
    ranges: "封锁的网段",
    rangesHint:
      "每行一个，例如 10.0.0.0/8。Loop 无法访问这些网段。使用主机列表时，私有地址本来就是关闭的，除非以地址形式列出。",
    blockCompany: "公司网络常用的网段是 10.0.0.0/8、172.16.0.0/12、192.168.0.0/16 和 fc00::/7。",
    driversMayAllow: "驾驶者可以让自己的 Loop 访问更多主机",
    driversMayAllowHint: "每一次允许都会记入 Loop 和审计。它永远不会超出上面的选择。",
    savedNetwork:
      "已保存。列表立即生效。更严格的选择在正在运行的沙箱重新启动时生效；在更严格的选择下创建的 Loop 保持不变。",
    hostLine: (line: string) => `“${line}”不是主机。请写名称、*. 加名称，或地址；必要时加端口。`,
    rangeLine: (line: string) => `“${line}”不是网段。请写地址，或 10.0.0.0/8 这样的网段。`,
    tooManyLines: "超过 1,000 行。请改为用 *.example.org 列出整个域。",
    modeUnknown: "请选择三者之一。",
  },
)
